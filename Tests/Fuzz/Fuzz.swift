/// What libFuzzer calls with every input that it makes up. Built by `Scripts/fuzz`, not by the package.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let input = FuzzInput(Array(UnsafeBufferPointer(start: start, count: count)))
  if let promise = input.brokenPromise() { preconditionFailure(promise) }
  return 0
}
