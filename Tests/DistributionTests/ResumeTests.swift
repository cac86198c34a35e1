import Foundation
import Testing

/// Hunts that are killed and go on.
@Suite struct ResumeTests {
    @Test func `a killed hunt that goes on has the trials of an undisturbed one, none run twice`()
        throws
    {
        let expected = try SampleHunt.undisturbed.get()
        let hunt = try SampleHunt()
        var done: Set<Int> = []
        // In the first generation, and in a later one.
        for few in [5, 17] {
            let resume = few == 5 ? [] : ["--resume"]
            let program = try RunningProgram(
                ["hunt", "hunt.yaml", "--jobs", "3"] + resume, in: hunt.folder)
            try awaiting("\(few) results", or: program.said) { try hunt.stored().count >= few }
            program.kill()
            done.formUnion(try hunt.stored().compactMap { Int($0.prefix { $0 != " " }) })
            try awaiting("the end of its systems") { try sleepers(of: hunt) == 0 }
        }
        let started = hunt.starts
        let program = try hunt.program("hunt", "hunt.yaml", "--jobs", "3", "--resume")
        #expect(try program.code() == 1, "\(program.said)")
        #expect(try hunt.stored() == expected)
        // What was stored is not run again; the first failing trial is, to confirm and to shrink it.
        let again = Set(hunt.starts.dropFirst(started.count))
        #expect(again.intersection(done).subtracting([3]).isEmpty, "\(again) \(done)")
    }

    @Test func `a hunt that is stopped says what it has found and ends with the code for that`()
        throws
    {
        let hunt = try SampleHunt()
        // A trial ends while no file holds it; the confirmed one's third run and those behind it not at all.
        try hunt.write(
            SampleHunt.text.replacing(
                "command: >\n",
                with: """
                    command: >
                          cd "$OLDPWD_OF_TEST"; while test -e held; do sleep 0.05; done;
                          if test $KERFUFFLE_TRIAL = 3 && test $(grep -c "^$KERFUFFLE_TRIAL\\$" starts) -ge 3; then sleep 25; fi;

                    """), to: "hunt.yaml")
        func stopped(
            _ resume: [String], _ code: Int32, _ words: [String], when isThere: () throws -> Bool
        ) throws {
            let program = try RunningProgram(
                ["hunt", "hunt.yaml", "--jobs", "3", "--junit", "hunt.xml"] + resume,
                in: hunt.folder)
            try awaiting("\(words)", or: program.said, isThere)
            program.stop()
            #expect(try program.code() == code, "\(program.said)")
            for word in words + ["with --resume goes on with it"] {
                #expect(program.said.contains(word), "\(word) is not in \(program.said)")
            }
            let report = try String(contentsOfFile: hunt.folder + "/hunt.xml", encoding: .utf8)
            #expect(report.contains("errors=\"1\""), "\(report)")
            #expect(try sleepers(of: hunt) == 0)
        }
        try hunt.write("", to: "held")
        try stopped([], 130, ["stopped while calibrating", "undecided: nothing failed"]) {
            hunt.starts.contains(0)
        }
        try FileManager.default.removeItem(atPath: hunt.folder + "/held")
        try stopped(
            ["--resume"], 130,
            ["stopped while searching", "not yet repeated uniqueness", "1 failure met"]
        ) {
            guard try hunt.stored().contains(where: { $0.hasPrefix("3 ") }) else { return false }
            try hunt.write("", to: "held")
            return true
        }
        try FileManager.default.removeItem(atPath: hunt.folder + "/held")
        try stopped(
            ["--resume"], 1,
            ["stopped while shrinking", "FOUND uniqueness", "not replayed yet:"]
        ) { hunt.starts.count { $0 == 3 } >= 3 }
        // What it had come to is there.
        let folder = hunt.folder + "/hunt.hunt/reproducers"
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
        for file in ["reproducer.json", "schedule.jsonl", "recording.mcap", "timeline.svg"] {
            #expect(FileManager.default.fileExists(atPath: "\(folder)/\(name)/\(file)"))
        }
    }

    @Test
    func `a reproducer whose system does not start says where its output is, and there it is`()
        throws
    {
        let hunt = try SampleHunt()
        let found = try hunt.program("hunt", "hunt.yaml", "--trials", "4")
        #expect(try found.code() == 1, "\(found.said)")
        let folder = hunt.folder + "/hunt.hunt/reproducers"
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        let reproducer = folder + "/" + (try #require(names.first))
        for words in [["reproduce", reproducer], ["hunt", "verify-fix", reproducer]] {
            let program = try RunningProgram(
                words + ["--runs", "1", "--set", "system.command='echo why; exit 3'"],
                in: hunt.folder)
            #expect(try program.code() == 125, "\(program.said)")
            let place = program.said.split(separator: "its output is in ").last.map { part in
                String(part.prefix { !$0.isWhitespace })
            }
            let trials = try #require(place)
            defer { try? FileManager.default.removeItem(atPath: trials) }
            let log = try String(contentsOfFile: trials + "/trial-1/system-1.log", encoding: .utf8)
            #expect(log == "why\n")
        }
    }

    /// Systems of the hunt that still run.
    private func sleepers(of hunt: SampleHunt) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").count { name in
            guard Int(name) != nil,
                let environment = FileManager.default.contents(atPath: "/proc/\(name)/environ")
            else { return false }
            return String(decoding: environment, as: UTF8.self)
                .contains("OLDPWD_OF_TEST=\(hunt.folder)")
        }
    }
}
