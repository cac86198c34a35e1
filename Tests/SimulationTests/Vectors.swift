/// Numbers that must never change; a change of them is a change of every run of every user.
enum Vectors {
    static let first: UInt64 = 14_559_982_637_892_443_715
    static let second: UInt64 = 16_187_093_508_718_163_631
    static let exponential: [Int64] = [4_732_221, 44_130_038, 4_094_490, 7_396_458]
    static let fingerprints: [String: String] = [
        "naive": "bf292fb46fa8dfa4", "optimistic": "66437019286fc4df",
        "atomic": "76b9e6a00bf2249a", "partitioned": "d2ad4bd9d915a3f6",
        "lock": "6e799855f08642a6", "rowLock": "53bfb85dee828c53", "actor": "8213907ef9c448d7",
    ]
}
