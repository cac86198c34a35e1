import Foundation

/// What is made of any bytes without a trap: they are read, or refused with an error of the module.
protocol FuzzTarget {
    /// - Throws: whatever is no error that the readers may end with.
    func take(_ bytes: [UInt8]) throws
}

enum FuzzedKind: String, CaseIterable {
    case recording, schedule, plan, text

    func target() throws -> any FuzzTarget {
        switch self {
        case .recording: try RecordingTarget()
        case .schedule: try ScheduleTarget()
        case .plan: try PlanTarget()
        case .text: TextTarget()
        }
    }
}

/// A reader broke a promise.
struct Broken: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// A folder of this process, in memory where the system has one there.
final class Scratch {
    private let folder: String

    init() throws {
        let isLinux = FileManager.default.fileExists(atPath: "/dev/shm")
        let parent = isLinux ? "/dev/shm" : NSTemporaryDirectory()
        folder = "\(parent)/kerfuffle-fuzz-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        // libFuzzer leaves by exit, which runs no deinit.
        Self.folders.append(folder)
        atexit {
            for folder in Scratch.folders { try? FileManager.default.removeItem(atPath: folder) }
        }
    }

    /// For one thread, as all of this program.
    private nonisolated(unsafe) static var folders: [String] = []

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    func write(_ bytes: [UInt8], _ name: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }

    func remove(_ name: String) { unlink(path(name)) }
}
