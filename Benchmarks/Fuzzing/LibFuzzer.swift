#if FUZZING
    import Foundation

    /// The way into libFuzzer, which links its driver where `-sanitize=fuzzer` is given.
    enum LibFuzzer {
        /// Which kind is fuzzed is in `KERFUFFLE_FUZZ`; arguments are libFuzzer's.
        static func run() throws -> Int32 {
            let name = ProcessInfo.processInfo.environment["KERFUFFLE_FUZZ"] ?? ""
            guard let kind = FuzzedKind(rawValue: name) else {
                throw Broken("KERFUFFLE_FUZZ is \"\(name)\", which is no kind of file")
            }
            target = try kind.target()
            var count = CommandLine.argc
            var words = CommandLine.unsafeArgv
            return runDriver(&count, &words, takeOneInput)
        }

        /// For one thread, as libFuzzer calls it.
        nonisolated(unsafe) static var target: (any FuzzTarget)?
    }

    // https://llvm.org/docs/LibFuzzer.html#using-libfuzzer-as-a-library
    @_silgen_name("LLVMFuzzerRunDriver")
    private func runDriver(
        _ count: UnsafeMutablePointer<Int32>,
        _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
        _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
    ) -> Int32

    @_cdecl("LLVMFuzzerTestOneInput")
    func takeOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
        let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
        do { try LibFuzzer.target?.take(bytes) } catch {
            FileHandle.standardError.write(Data("broken: \(error)\n".utf8))
            abort()
        }
        return 0
    }
#endif
