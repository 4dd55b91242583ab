import Foundation
import Testing

/// The page in a real browser, without a screen.
///
/// A page of the test's own holds the report in a frame, does what a person does, and writes down what
/// it sees; the browser prints it when its clock, which runs ahead of the real one, has come far enough.
@Suite(.enabled(if: Tool.isThere("chromium"), "Chromium is not installed"))
struct BrowserTests {
  /// What the script of a person's doings sees, as JSON.
  private func seen(_ folder: Folder, _ script: String) throws -> [String: Any] {
    let page = """
      <!DOCTYPE html><meta charset="utf-8"><iframe src="night.html" width="1100" height="800"></iframe>
      <pre id="seen"></pre><script>
      addEventListener("load", async () => {
        const page = document.querySelector("iframe").contentDocument;
        const rest = () => new Promise((done) => setTimeout(done, 300));
        const rows = () => [...page.querySelectorAll(".virtual tbody tr:not([aria-hidden])")];
        // A browser without a screen draws few frames, and tells of scrolling with them: told here.
        const scroll = (frame, top) => {
          frame.scrollTop = top;
          frame.dispatchEvent(new Event("scroll"));
        };
        const names = () => rows().map((row) => row.querySelector("th").title.split("/").pop());
        const type = async (text) => {
          const input = page.getElementById("filter");
          input.value = text;
          input.dispatchEvent(new Event("input"));
          await rest();
        };
        const sort = (title) => [...page.querySelectorAll(".virtual button")]
          .find((button) => button.textContent === title).click();
        let seen;
        try { seen = await (async () => { \(script) })(); } catch (error) { seen = { error: String(error) }; }
        document.getElementById("seen").textContent = JSON.stringify(seen);
      });
      </script>
      """
    try folder.write(Array(page.utf8), "person.html")
    // The profile is the folder's own: no browser of this machine is touched.
    let run = try Program.shell(
      """
      HOME="$PWD/home" timeout 60 chromium --headless --no-sandbox --disable-gpu \
      --allow-file-access-from-files --user-data-dir="$PWD/profile" --virtual-time-budget=8000 \
      --dump-dom "file://$PWD/person.html" 2>/dev/null
      """, in: folder)
    #expect(run.code == 0)
    let text =
      run.output.components(separatedBy: "<pre id=\"seen\">").last?
      .components(separatedBy: "</pre>").first ?? ""
    let plain = text.replacing("&lt;", with: "<").replacing("&gt;", with: ">")
      .replacing("&amp;", with: "&")
    let json = try? JSONSerialization.jsonObject(with: Data(plain.utf8))
    return try #require(json as? [String: Any], "\(text)")
  }

  private func reported() throws -> Folder {
    let folder = try ReportTests.scanned()
    #expect(try ReportTests.ask(folder, "report", "night.html").code == 0)
    return folder
  }

  @Test func `every image is in the table, by its path`() throws {
    let seen = try seen(
      try reported(),
      """
      return { names: names(), found: page.getElementById("found").textContent,
        plain: page.defaultView.getComputedStyle(page.getElementById("plain")).display,
        rows: page.querySelector(".virtual table").getAttribute("aria-rowcount"),
        cells: [...rows()[0].cells].map((cell) => cell.textContent) };
      """)
    #expect(
      seen["names"] as? [String] == [
        "base.qcow2", "lost <i>&amp;'.qcow2", "mail.qcow2", "web.qcow2",
      ])
    #expect(seen["found"] as? String == "4 images")
    #expect(seen["rows"] as? String == "5")
    #expect(seen["plain"] as? String == "none")
    let cells = seen["cells"] as? [String] ?? []
    #expect(cells.first?.hasSuffix("/pool/base.qcow2") == true)
    #expect(cells.dropFirst().prefix(2) == ["qcow2", "1 GiB"])
    #expect(cells.dropFirst(4).first == "none")
  }

  @Test func `what is typed narrows the table, and every word counts`() throws {
    let seen = try seen(
      try reported(),
      """
      const seen = {};
      await type("WEB"); seen.one = names(); seen.found = page.getElementById("found").textContent;
      await type("qcow2 missing"); seen.broken = names();
      await type("no such thing"); seen.none = names();
      await type(""); seen.all = names().length;
      return seen;
      """)
    #expect(seen["one"] as? [String] == ["web.qcow2"])
    #expect(seen["found"] as? String == "1 of 4")
    #expect(seen["broken"] as? [String] == ["lost <i>&amp;'.qcow2"])
    #expect((seen["none"] as? [String])?.isEmpty == true)
    #expect(seen["all"] as? Int == 4)
  }

  @Test func `a heading sorts, and says so`() throws {
    let seen = try seen(
      try reported(),
      """
      const state = () => [...page.querySelectorAll(".virtual th[aria-sort]")]
        .map((cell) => cell.textContent + " " + cell.getAttribute("aria-sort"));
      const seen = { first: state() };
      sort("Image"); seen.down = names(); seen.downState = state();
      sort("Number"); seen.numbers = rows().map((row) => row.cells[6].textContent);
      seen.numberState = state();
      return seen;
      """)
    #expect(seen["first"] as? [String] == ["Image ascending"])
    #expect((seen["down"] as? [String])?.first == "web.qcow2")
    #expect(seen["downState"] as? [String] == ["Image descending"])
    #expect(seen["numbers"] as? [String] == ["#4", "#3", "#2", "#1"])
    #expect(seen["numberState"] as? [String] == ["Number descending"])
  }

  @Test func `of many images only those that are seen are drawn, wherever one looks`() throws {
    let folder = try reported()
    // The page of four images, with data of 100,000.
    let many = (0..<100_000).map { "[\"disk-\($0).qcow2\",\"qcow2\",1024,\($0),\"none\",\($0)]" }
    let page = try folder.text("night.html")
    let start = try #require(page.range(of: "id=\"image-data\">"))
    let end = try #require(page.range(of: "</script>", range: start.upperBound..<page.endIndex))
    let data = "[[\"/srv\",\"default\",[\(many.joined(separator: ","))]]]"
    try folder.write(
      Array((page[..<start.upperBound] + data + page[end.lowerBound...]).utf8), "night.html")
    let seen = try seen(
      folder,
      """
      const frame = page.querySelector(".virtual");
      const seen = { found: page.getElementById("found").textContent, first: names()[0], drawn: rows().length };
      scroll(frame, frame.scrollHeight);
      seen.last = names().pop(); seen.drawnAtEnd = rows().length;
      frame.scrollIntoView({ behavior: "instant" }); scroll(frame, frame.scrollHeight / 2);
      const box = frame.getBoundingClientRect();
      const there = page.elementFromPoint(box.left + 60, box.top + box.height / 2);
      seen.middle = Number(there.closest("tr").getAttribute("aria-rowindex"));
      sort("On disk"); await rest(); seen.biggest = names()[0]; seen.top = frame.scrollTop;
      await type("disk-9999"); seen.narrowed = page.getElementById("found").textContent;
      return seen;
      """)
    #expect(seen["error"] == nil)
    #expect(seen["found"] as? String == "100,000 images")
    #expect(seen["first"] as? String == "disk-0.qcow2")
    #expect(seen["last"] as? String == "disk-99999.qcow2")
    #expect(seen["biggest"] as? String == "disk-99999.qcow2")
    #expect(seen["top"] as? Int == 0)
    #expect(seen["narrowed"] as? String == "11 of 100,000")
    for key in ["drawn", "drawnAtEnd"] { #expect((seen[key] as? Int ?? 0) < 100) }
    let middle = try #require(seen["middle"] as? Int)
    #expect((49_900...50_100).contains(middle))
  }

  @Test func `an image opens, with its chain, what is wrong with it and what stands on it`() throws
  {
    let seen = try seen(
      try reported(),
      """
      const frame = document.querySelector("iframe").contentWindow;
      const seen = {};
      const one = () => page.getElementById("one");
      seen.hidden = one().hidden;
      const base = rows().find((row) => row.textContent.includes("base"));
      frame.location.hash = base.querySelector("a").getAttribute("href"); await rest();
      seen.base = one().textContent;
      const lost = rows().find((row) => row.textContent.includes("lost"));
      lost.querySelector("a").click(); await rest();
      seen.lost = one().textContent;
      seen.gone = [...one().querySelectorAll(".gone b")].map((part) => part.textContent);
      seen.card = [...one().querySelectorAll("a")].map((link) => link.getAttribute("href"))
        .filter((place) => place.startsWith("#finding-")).map((place) => Boolean(page.querySelector(place)));
      const state = page.querySelector(".tools select");
      state.value = "in error"; state.dispatchEvent(new Event("change")); await rest();
      seen.errors = names();
      return seen;
      """)
    #expect(seen["error"] == nil)
    #expect(seen["hidden"] as? Bool == true)
    #expect(
      (seen["base"] as? String)?.contains("2 images stand on it: mail.qcow2, web.qcow2") == true)
    #expect((seen["gone"] as? [String])?.first?.hasSuffix("/pool/gone.qcow2") == true)
    #expect((seen["lost"] as? String)?.contains("backstory history '#") == true)
    #expect(seen["card"] as? [Bool] == [true])
    #expect(seen["errors"] as? [String] == ["lost <i>&amp;'.qcow2"])
  }

  @Test func `the policy stops what is not of the page`() throws {
    let folder = try reported()
    let page = try folder.text("night.html")
    let foreign =
      "<script>document.title = 'foreign'</script><p id=\"p\" style=\"color: red\">x</p>"
    try folder.write(Array(page.replacing("</main>", with: foreign + "</main>").utf8), "night.html")
    let seen = try seen(
      folder,
      """
      return { title: page.title, names: names().length,
        color: page.defaultView.getComputedStyle(page.getElementById("p")).color };
      """)
    #expect((seen["title"] as? String)?.contains(" – Backstory, ") == true)
    #expect(seen["names"] as? Int == 4)
    #expect(seen["color"] as? String != "rgb(255, 0, 0)")
  }
}
