/// What a target may import. An arrow that is not here is not there: a new one is a decision.
private enum Toolchain {
    static let platform: Set<String> = ["Darwin", "Dispatch", "Glibc", "Musl", "Synchronization"]
    static let all: Set<String> = platform.union(["Foundation"])
}

private struct Room {
    let imports: Set<String>
    let toolchain: Set<String>

    init(_ imports: Set<String> = [], toolchain: Set<String> = Toolchain.all) {
        self.imports = imports
        self.toolchain = toolchain
    }
}

private let rooms: [String: Room] = [
    "Records": Room(toolchain: []),
    "Digests": Room(["CCrypto", "CXXHash"]),
    "Configuration": Room(["CYAML"]),
    "Arguments": Room(),
    "Perturbation": Room(["Records", "Configuration", "Digests"], toolchain: []),
    "Masking": Room(["Records", "Configuration", "Perturbation", "Digests"], toolchain: []),
    "MCAP": Room(["CZstd", "CLZ4", "CDeflate"], toolchain: Toolchain.platform),
    "Recording": Room(["Records", "Perturbation", "MCAP", "Digests", "CZstd"]),
    "KafkaClient": Room(["Records", "CRdkafka"]),
    "Proxy": Room([
        "Records", "Configuration", "Perturbation", "Recording", "KafkaClient", "Digests",
        "Logging", "Masking",
    ]),
    "Checking": Room(["Records", "Configuration", "CJq"], toolchain: []),
    "Shrinking": Room(toolchain: []),
    "Auditing": Room(["Records", "Configuration", "Perturbation", "Recording", "Checking"]),
    "Simulation": Room(
        ["Records", "Configuration", "Perturbation", "Recording", "Checking"],
        toolchain: Toolchain.platform),
    "Exploration": Room(
        ["Configuration", "Perturbation", "Simulation", "Checking", "Shrinking", "Results"],
        toolchain: Toolchain.platform),
    "KerfuffleSimulation": Room(["Simulation", "Configuration"], toolchain: []),
    "Interchange": Room(["Records", "Perturbation", "Recording"]),
    "Samples": Room(["Records", "Configuration", "Perturbation", "KafkaClient"]),
    "Logging": Room(toolchain: []),
    "Results": Room(["CSQLite"]),
    "Hunting": Room([
        "Auditing", "Records", "Configuration", "Perturbation", "Recording", "KafkaClient",
        "Checking",
        "Shrinking", "Digests", "Interchange", "Metrics", "Results", "CSpawn",
    ]),
    "Hypotheses": Room([
        "Records", "Perturbation", "Recording", "Simulation", "Exploration", "Hunting",
    ]),
    "Metrics": Room(["CMicrohttpd"], toolchain: Toolchain.platform),
    "Reporting": Room([
        "Records", "Configuration", "Perturbation", "Recording", "Interchange", "Proxy", "Metrics",
        "Logging",
        "Simulation", "Checking", "Exploration", "Hunting", "Auditing",
    ]),
    "kerfuffle": Room([
        "Records", "Digests", "Configuration", "Arguments", "Perturbation", "MCAP", "Recording",
        "KafkaClient", "Proxy", "Interchange", "Samples", "Reporting", "Masking", "Metrics",
        "Logging", "Simulation", "Checking", "Exploration", "Auditing", "CJemalloc",
        "Hunting", "Hypotheses",
        "Results",
    ]),
]

/// Imports of a file under Sources that the table does not allow its target.
func importFindings(_ file: SourceFile) -> [Finding] {
    guard file.isIn("Sources"), file.path.hasSuffix(".swift"), let target = file.target else {
        return []
    }
    guard let room = rooms[target] else {
        return [
            Finding(
                file.path, 1,
                "target \(target) is not in the table of ImportRule.swift: add what it may import")
        ]
    }
    return importedModules(file).compactMap { line, module in
        if room.imports.contains(module) || room.toolchain.contains(module) { return nil }
        return Finding(file.path, line, "\(target) may not import \(module)")
    }
}

private let modifiers: Set<Substring> = [
    "public", "package", "internal", "fileprivate", "private",
]
private let kinds: Set<Substring> = [
    "typealias", "struct", "class", "enum", "protocol", "let", "var", "func",
]

private func importedModules(_ file: SourceFile) -> [(line: Int, module: String)] {
    file.codeLines.enumerated().flatMap { index, line in
        line.split(separator: ";").compactMap { statement in
            var words = statement.split(whereSeparator: \.isWhitespace)[...]
            words = words.drop { $0.hasPrefix("@") || modifiers.contains($0) }
            guard words.first == "import" else { return nil }
            words = words.dropFirst().drop(while: kinds.contains)
            guard let name = words.first?.split(separator: ".").first else { return nil }
            return (index + 1, String(name))
        }
    }
}
