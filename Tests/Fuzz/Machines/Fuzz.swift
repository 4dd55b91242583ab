import Glibc

/// What libFuzzer calls with every input that it makes up. Built by `Scripts/fuzz`, not by the package.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = unsafe MachineInput(Array(UnsafeBufferPointer(start: start, count: count)))
  if let promise = input.brokenPromise() {
    // Optimised code traps without a word, and without a flush of what was printed.
    let text = Array("broken promise: \(promise)\n".utf8)
    _ = unsafe text.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    preconditionFailure(promise)
  }
  return 0
}
