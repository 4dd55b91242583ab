import DiskImage
import Testing

/// libvirt's published cases, string for string in meaning.
///
/// Where ours differs on purpose: a relative path is made absolute; a user or a password is kept.
@Suite struct LibvirtCasesTests {
  @Test(arguments: PublishedCase.plain + PublishedCase.uris + PublishedCase.colons)
  func `a string means what libvirt says`(published: PublishedCase) {
    expect(published)
  }

  @Test(arguments: PublishedCase.jsonFiles + PublishedCase.jsonServers + PublishedCase.jsonOthers)
  func `a json reference means what libvirt says`(published: PublishedCase) {
    expect(published)
  }

  private func expect(_ published: PublishedCase) {
    #expect(Meaning(published.stored) == published.expected)
    let target = ReferenceTarget(
      parsing: Array(published.stored.utf8), in: Array("/images".utf8))
    for (option, value) in published.options { #expect(target.options[option] == value) }
    #expect((target.invalid == nil) == (published.expected != nil))
  }
}
