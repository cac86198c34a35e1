import Foundation
import Records

extension TrialRun {
    /// What is asked of the running system.
    func observeRunning() throws {
        guard ending == nil else { return }
        for observed in hunt.observe {
            guard case .command(let words) = observed.kind else { continue }
            guard let text = try output(of: words, for: "observe \(observed.name)") else {
                ending = .hung(Self.late("observe \(observed.name)"))
                return
            }
            self.observed[observed.name] = lines(Self.lines(of: text), as: observed.name)
        }
    }

    /// Stops the system and reads what it wrote at its end.
    func stopCopies() {
        for copy in copies { stop(copy) }
    }

    func observeStopped() throws {
        if case .external(_, let after?) = system.start { try runHook(after, "after") }
        guard ending == nil else { return }
        // What was written in the last moment.
        if !outputs.isEmpty { for _ in 0..<4 { try turn(.milliseconds(10)) } }
        for (name, sink) in sinks {
            observed[name] = lines(sink.requests.map(\.json), as: name)
        }
        for observed in hunt.observe {
            guard case .file(let path) = observed.kind else { continue }
            let filled = filled(path)
            let absolute = filled.hasPrefix("/") ? filled : place.state + "/" + filled
            let data = FileManager.default.contents(atPath: absolute) ?? Data()
            let text = String(decoding: data, as: UTF8.self)
            self.observed[observed.name] = lines(Self.lines(of: text), as: observed.name)
        }
    }

    /// What a hook starts and leaves behind belongs to the external system, and ends with the trial.
    func runHook(_ words: [String], _ name: String) throws {
        guard try output(of: words, for: name, keepsChildren: true) != nil else {
            throw HuntError(.system, Self.late(name))
        }
    }

    private static func late(_ purpose: String) -> String {
        "\(purpose): the command did not end within 30s"
    }

    /// What a command prints; it has the system's environment and folder, and 30 s: nil where it takes longer.
    private func output(
        of words: [String], for purpose: String, keepsChildren: Bool = false
    ) throws -> String? {
        let name = purpose.map { $0.isLetter || $0.isNumber ? $0 : "-" }
        let path = place.folder + "/" + String(name) + ".out"
        let errors = path + ".errors"
        for old in [path, errors] { try? FileManager.default.removeItem(atPath: old) }
        let process = try SystemProcess(
            words.map(filled), environment: environment(copy: 0), directory: system.directory,
            output: path, errors: errors, limit: place.mark(ofCopy: 0).limits.lowerBound,
            guardedBy: processGuard)
        asked = process
        defer {
            asked = nil
            if keepsChildren { hooks.append(process) } else { process.end() }
        }
        let limit = now + .seconds(30)
        while process.ownExit == nil {
            if now > limit { return nil }
            noteTime()
            if shouldStop() { throw HuntError(.stopped, "stopped") }
            broker.poll()
            usleep(2000)
        }
        func content(_ file: String) -> String {
            String(decoding: FileManager.default.contents(atPath: file) ?? Data(), as: UTF8.self)
        }
        guard process.ownExit == .code(0) else {
            let exit = process.ownExit?.inWords ?? "ended"
            throw HuntError(
                .system, "\(purpose): the command \(exit): \(content(errors).suffix(500))")
        }
        return content(path)
    }

    private static func lines(of text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).map(String.init)
    }
}
