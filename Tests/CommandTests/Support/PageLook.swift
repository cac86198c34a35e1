import Foundation
import Testing

/// What a browser makes of a page, at one width and in one scheme of colours.
struct PageLook: Decodable {
    let scheme: String
    let width: Int
    let scrollWidth: Int
    let wide: [String]
    let overlaps: [String]
    let text: Double
    let drawing: Double
    let smallest: Double
    let background: String
    let charts: Int
    let described: Int
    let scripts: Int
    let requests: [String]

    static let browser = [
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
    ]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

    /// On a phone and on a wide screen, in light and in dark.
    static func of(_ page: String) throws -> [PageLook] {
        let script = Kerfuffle.repository
            .appendingPathComponent("Tests/CommandTests/Python/page.py").path
        let result = try Subprocess(
            try #require(Python.path), ["-B", script, page, try #require(browser)]
        ).run()
        try #require(result.code == 0, "\(result.errors)")
        return try result.text.split(separator: "\n").map {
            try JSONDecoder().decode(PageLook.self, from: Data($0.utf8))
        }
    }
}
