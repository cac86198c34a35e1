// swift-tools-version: 6.0
import PackageDescription

/// A C library of the system behind a module map; docs/dependencies.md says why each is there.
func system(_ name: String, pkgConfig: String? = nil, apt: String) -> Target {
    .systemLibrary(
        name: name, path: "Sources/System/\(name)", pkgConfig: pkgConfig, providers: [.apt([apt])])
}

let package = Package(
    name: "kerfuffle",
    products: [
        .library(name: "KerfuffleSimulation", targets: ["KerfuffleSimulation"])
    ],
    targets: [
        system("CRdkafka", pkgConfig: "rdkafka", apt: "librdkafka-dev"),
        system("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
        system("CLZ4", pkgConfig: "liblz4", apt: "liblz4-dev"),
        system("CDeflate", pkgConfig: "libdeflate", apt: "libdeflate-dev"),
        // Debian 12 has no pkg-config file for it.
        system("CJq", apt: "libjq-dev"),
        system("CYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
        system("CXXHash", pkgConfig: "libxxhash", apt: "libxxhash-dev"),
        system("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
        system("CMicrohttpd", pkgConfig: "libmicrohttpd", apt: "libmicrohttpd-dev"),
        .systemLibrary(name: "CSpawn", path: "Sources/System/CSpawn"),
        system("CSQLite", pkgConfig: "sqlite3", apt: "libsqlite3-dev"),
        system("CJemalloc", pkgConfig: "jemalloc", apt: "libjemalloc-dev"),

        // An arrow of docs/architecture.md is a line here: a target imports what it lists and
        // nothing else.
        .target(name: "Records"),
        .target(name: "Digests", dependencies: ["CCrypto", "CXXHash"]),
        .target(name: "Configuration", dependencies: ["CYAML"]),
        .target(name: "Perturbation", dependencies: ["Records", "Configuration", "Digests"]),
        .target(
            name: "Masking", dependencies: ["Records", "Configuration", "Perturbation", "Digests"]),
        .target(name: "MCAP", dependencies: ["CZstd", "CLZ4", "CDeflate"]),
        .target(
            name: "Recording",
            dependencies: ["Records", "Perturbation", "MCAP", "Digests", "CZstd"]),
        .target(name: "KafkaClient", dependencies: ["Records", "CRdkafka"]),
        .target(
            name: "Proxy",
            dependencies: [
                "Records", "Configuration", "Perturbation", "Recording", "KafkaClient", "Digests",
                "Logging", "Masking",
            ]),
        .target(name: "Checking", dependencies: ["Records", "Configuration", "CJq"]),
        .target(name: "Shrinking"),
        .target(
            name: "Auditing",
            dependencies: ["Records", "Configuration", "Perturbation", "Recording", "Checking"]),
        .target(
            name: "Simulation",
            dependencies: ["Records", "Configuration", "Perturbation", "Recording", "Checking"],
            resources: [.embedInCode("Presets")]),
        .target(
            name: "Exploration",
            dependencies: [
                "Configuration", "Perturbation", "Simulation", "Checking", "Shrinking", "Results",
            ]),
        .target(name: "KerfuffleSimulation", dependencies: ["Simulation", "Configuration"]),
        .target(name: "Interchange", dependencies: ["Records", "Perturbation", "Recording"]),
        .target(
            name: "Samples",
            dependencies: ["Records", "Configuration", "Perturbation", "KafkaClient"]),
        .target(name: "Results", dependencies: ["CSQLite"]),
        .target(
            name: "Hunting",
            dependencies: [
                "Auditing", "Records", "Configuration", "Perturbation", "Recording", "KafkaClient",
                "Checking",
                "Digests", "Interchange", "Metrics", "Results", "Shrinking",
                "CSpawn",
            ]),
        .target(
            name: "Hypotheses",
            dependencies: [
                "Records", "Perturbation", "Recording", "Simulation", "Exploration", "Hunting",
            ]),
        .target(name: "Arguments"),
        .target(name: "Logging"),
        .target(name: "Metrics", dependencies: ["CMicrohttpd"]),
        .target(
            name: "Reporting",
            dependencies: [
                "Records", "Configuration", "Perturbation", "Recording", "Interchange", "Proxy",
                "Metrics",
                "Logging", "Simulation", "Checking", "Exploration", "Hunting", "Auditing",
            ]),
        .executableTarget(
            name: "kerfuffle",
            dependencies: [
                "Arguments", "Auditing", "Checking", "CJemalloc", "Configuration", "Digests",
                "Exploration",
                "Hunting",
                "Hypotheses",
                "Interchange",
                "KafkaClient",
                "Logging",
                "Masking",
                "Metrics",
                "Perturbation", "Proxy", "Recording", "Records", "Reporting", "Samples",
                "Simulation",
            ]),

        .executableTarget(
            name: "perturbation-bench",
            dependencies: ["Perturbation", "Records", "Configuration", "Digests", "Masking"],
            path: "Benchmarks/PerturbationBench"),
        .executableTarget(
            name: "validation", dependencies: ["Simulation", "Configuration"],
            path: "Benchmarks/Validation"),
        .executableTarget(
            name: "simulation-bench", dependencies: ["Simulation", "Configuration"],
            path: "Benchmarks/SimulationBench"),
        .executableTarget(
            name: "exploration-bench",
            dependencies: ["Exploration", "Simulation", "Configuration"],
            path: "Benchmarks/ExplorationBench",
            exclude: ["load-change-store.yaml", "mixed.yaml", "writers.yaml"]),
        .executableTarget(
            name: "checking-bench", dependencies: ["Checking", "Configuration", "Records"],
            path: "Benchmarks/CheckingBench"),
        .executableTarget(
            name: "container-bench", dependencies: ["MCAP"], path: "Benchmarks/ContainerBench"),
        .executableTarget(
            name: "recording-bench", dependencies: ["Recording", "Records", "MCAP"],
            path: "Benchmarks/RecordingBench"),
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "Interchange", "MCAP", "Perturbation", "Recording", "Records",
            ],
            path: "Benchmarks/Fuzzing", exclude: ["words.txt"]),

        .testTarget(name: "RecordsTests", dependencies: ["Records"]),
        .testTarget(name: "DigestsTests", dependencies: ["Digests"]),
        .testTarget(name: "ConfigurationTests", dependencies: ["Configuration"]),
        .testTarget(
            name: "PerturbationTests",
            dependencies: ["Perturbation", "Records", "Configuration", "perturbation-bench"]),
        .testTarget(name: "CheckingTests", dependencies: ["Checking", "Configuration", "Records"]),
        .testTarget(
            name: "AuditingTests",
            dependencies: [
                "Auditing", "Checking", "Configuration", "Recording", "Records", "Reporting",
            ]),
        .testTarget(name: "ShrinkingTests", dependencies: ["Shrinking"]),
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "KerfuffleSimulation", "Simulation", "Checking", "Configuration", "Recording",
                "Records", "Reporting",
                "validation",
            ]),
        .testTarget(
            name: "ExplorationTests",
            dependencies: [
                "Exploration", "Simulation", "Checking", "Configuration", "Reporting", "Results",
            ]),
        .testTarget(
            name: "MaskingTests",
            dependencies: ["Masking", "Perturbation", "Records", "Configuration", "Digests"]),
        .testTarget(name: "KafkaClientTests", dependencies: ["KafkaClient", "Records"]),
        .testTarget(
            name: "ProxyTests",
            dependencies: [
                "Proxy", "Masking", "Perturbation", "Recording", "KafkaClient", "Records",
                "kerfuffle",
            ]),
        .testTarget(
            name: "JournalTests",
            dependencies: [
                "Configuration", "Interchange", "KafkaClient", "Perturbation", "Proxy", "Recording",
                "Records", "Reporting", "kerfuffle",
            ]),
        .testTarget(name: "ResultsTests", dependencies: ["Results"]),
        // A system that hunts are tried on, as others are in Python beside it.
        .executableTarget(
            name: "balances", dependencies: ["KafkaClient", "Records"], path: "Tests/Systems/Swift"),
        .testTarget(
            name: "HuntingTests",
            dependencies: [
                "balances", "Hunting", "Checking", "Configuration", "KafkaClient", "Perturbation",
                "Recording", "Reporting", "Records", "Results",
            ],
            exclude: ["Python"]),
        .testTarget(
            name: "DistributionTests",
            dependencies: ["Hunting", "KafkaClient", "Records", "Results", "kerfuffle"]),
        .testTarget(name: "ArgumentsTests", dependencies: ["Arguments"]),
        .testTarget(
            name: "OperationsTests",
            dependencies: [
                "KafkaClient", "Logging", "Metrics", "Perturbation", "Proxy", "Recording",
                "Records",
                "Reporting", "kerfuffle",
            ]),
        .testTarget(
            name: "SanitizerTests", exclude: ["threads.c", "thread.txt"]),
        .testTarget(name: "TidyTests"),
        .testTarget(name: "TourTests", dependencies: ["kerfuffle"]),
        .testTarget(
            name: "MCAPTests", dependencies: ["MCAP", "Digests"], exclude: ["Python"]),
        .testTarget(
            name: "RecordingTests",
            dependencies: [
                "Recording", "Interchange", "Samples", "Records", "Perturbation", "MCAP",
            ],
            exclude: ["Regressions"]),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "kerfuffle", "Recording", "Records", "Reporting", "Perturbation", "KafkaClient",
                "Samples",
            ],
            exclude: ["Golden", "Python"]),
    ],
    swiftLanguageModes: [.v6]
)

// Where a sanitizer brings its own allocator, jemalloc must not stand beside it.
if Context.environment["KERFUFFLE_ALLOCATOR"] == "system" {
    for target in package.targets {
        target.dependencies.removeAll { dependency in
            if case .byNameItem(name: "CJemalloc", condition: _) = dependency {
                true
            } else {
                false
            }
        }
    }
    package.targets.removeAll { $0.name == "CJemalloc" }
}

// scripts/sanitize compiles no more tests than it runs.
if let kept = Context.environment["KERFUFFLE_TESTS"]?.split(separator: ",").map(String.init) {
    package.targets.removeAll { $0.type == .test && !kept.contains($0.name) }
}
