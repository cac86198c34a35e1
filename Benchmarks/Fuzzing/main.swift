import Foundation

// Run it in the repository's folder.
//
// Throws bytes at what reads files. Built by scripts/fuzz it is a libFuzzer program; built as any other
// program it runs files through, one by one, and so shows again what the fuzzer found.

let words = Array(CommandLine.arguments.dropFirst())

func usage() -> Never {
    let kinds = FuzzedKind.allCases.map(\.rawValue).joined(separator: "|")
    let text = """
        usage: fuzz seeds FOLDER          write files to begin with, a folder for each kind
               fuzz run \(kinds) FILE…    run files through, each once

        """
    FileHandle.standardError.write(Data(text.utf8))
    exit(64)
}

do {
    switch (words.first, words.count) {
    case ("seeds", 2): try Seeds.write(to: words[1])
    case ("run", 3...):
        guard let kind = FuzzedKind(rawValue: words[1]) else { usage() }
        let target = try kind.target()
        for path in words.dropFirst(2) {
            try target.take([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
            print("\(path): read or refused, as it should be")
        }
    default:
        #if FUZZING
            exit(try LibFuzzer.run())
        #else
            usage()
        #endif
    }
} catch {
    FileHandle.standardError.write(Data("error: \(error)\n".utf8))
    exit(1)
}
