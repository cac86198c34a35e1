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
