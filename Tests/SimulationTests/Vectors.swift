/// Numbers that must never change; a change of them is a change of every run of every user.
enum Vectors {
    static let first: UInt64 = 14_559_982_637_892_443_715
    static let second: UInt64 = 16_187_093_508_718_163_631
    static let exponential: [Int64] = [4_732_221, 44_130_038, 4_094_490, 7_396_458]
    static let fingerprints: [String: String] = [
        "naive": "55d9b06e4a011d21", "optimistic": "d28b6053c14f76de",
        "atomic": "974a85785f52d4fc", "partitioned": "914d4b65cd199051",
        "lock": "a9d8490304ecdf94", "rowLock": "975317ad62f21655", "actor": "b65982b76098cb1f",
    ]
}
