import Digests
import Perturbation
import Testing

@testable import Masking

@Suite struct TokenTests {
    let key = MaskKey(Array("0123456789abcdef".utf8))

    private func token(_ form: MaskPlan.Form, _ text: String) throws -> String {
        let tokens = Tokens(try #require(key))
        var output: [UInt8] = []
        Array(text.utf8).withUnsafeBytes { tokens.append(form, of: $0, to: &output) }
        return String(decoding: output, as: UTF8.self)
    }

    @Test func `a token is the start of the HMAC, as any other program computes it`() throws {
        // python3: hmac.new(b"0123456789abcdef", b"customer-17", "sha256").hexdigest()[:32]
        #expect(try token(.token, "customer-17") == "a9e5664233e6c9d02a693a72274f0a49")
        #expect(try token(.token, "Zo\u{EB}") == "9261a0845cecbbfbaa1b4fe3948d77ba")
        #expect(try token(.token, "") == "")
    }

    @Test func `an address becomes one at a domain that cannot exist`() throws {
        #expect(try token(.email, "jane@shop.test") == "0c1e9ca97e1ef010@ea5a1dada8da.example")
        for text in ["jane", "jane@", "@shop.test", "a@b@c", "jane doe@shop.test"] {
            #expect(try token(.email, text) == token(.token, text))
        }
    }

    @Test func `a UUID becomes one, in the case that it has`() throws {
        let text = "6f1c9c1e-0a4e-4a0e-9d9e-3a1d5b7c9e11"
        let masked = try token(.uuid, text)
        #expect(masked == "8216ed68-6d8b-4aa3-a975-2a49efed7455")
        #expect(try token(.uuid, text.uppercased()) == masked.uppercased())
        for other in ["6f1c9c1e0a4e4a0e9d9e3a1d5b7c9e11", "6f1c9c1e-0a4e-4a0e-9d9e-3a1d5b7c9e1g"] {
            #expect(try token(.uuid, other) == token(.token, other))
        }
    }

    @Test(arguments: 1...4)
    func `numbers of one length stay different, and a first digit of 0 stays alone`(
        digits: Int
    ) throws {
        let count = (0..<digits).reduce(1) { count, _ in count * 10 }
        var seen: Set<String> = []
        var moved = 0
        for number in 0..<count {
            let text = String(repeating: "0", count: digits - String(number).count) + "\(number)"
            let masked = try token(.digits, text)
            #expect(masked.count == digits && masked.allSatisfy(\.isNumber))
            #expect(masked.hasPrefix("0") == text.hasPrefix("0"))
            if masked != text { moved += 1 }
            seen.insert(masked)
        }
        #expect(seen.count == count)
        #expect(digits == 1 || moved > count * 9 / 10)
    }

    @Test(arguments: [
        ("1000000000", "2147483647"), ("2147483648", "4294967295"), ("4294967296", "9999999999"),
        ("-2147483648", "-1000000000"), ("-9999999999", "-2147483649"),
        ("1000000000000000000", "9223372036854775807"),
        ("9223372036854775808", "9999999999999999999"),
        ("-9223372036854775808", "-1000000000000000000"),
        ("10000000000000000000", "18446744073709551615"),
        ("18446744073709551616", "99999999999999999999"),
    ])
    func `long numbers stay within the integers that held them`(
        least: String, most: String
    ) throws {
        let least = try #require(Int128(least))
        let most = try #require(Int128(most))
        for part in 0...16 {
            let number = least + (most - least) / 16 * Int128(part)
            let masked = try #require(Int128(try token(.digits, "\(number)")))
            #expect((least...most).contains(masked) && masked != number)
        }
        let masked = try #require(Int128(try token(.digits, "\(most)")))
        #expect((least...most).contains(masked))
    }

    @Test func `numbers of many digits depend on all that stands in front`() throws {
        let tail = String(repeating: "7", count: 40)
        let one = try token(.digits, String(repeating: "1", count: 36) + tail)
        let other = try token(.digits, String(repeating: "1", count: 35) + "2" + tail)
        #expect(one.count == 76 && one.allSatisfy(\.isNumber))
        #expect(one.prefix(36) != other.prefix(36) && one.dropFirst(36) != other.dropFirst(36))
    }

    @Test func `separators stay, and what has other characters is no number`() throws {
        let card = try token(.digits, "4111 1111-1111.1111")
        #expect(card.filter { !$0.isNumber } == " -.")
        #expect(try token(.digits, "+49 (30) 1234/56").filter { !$0.isNumber } == "+ () /")
        for text in ["12a", "Jane 42", "--", "١٢٣"] {
            #expect(try token(.digits, text) == token(.token, text))
        }
    }

    @Test func `another key gives other tokens, and its fingerprint says so`() throws {
        let other = try #require(MaskKey(Array("0123456789abcdeg".utf8)))
        let key = try #require(key)
        #expect(key.fingerprint == "e2976ad964bf3a35" && other.fingerprint != key.fingerprint)
        var output: [UInt8] = []
        Array("customer-17".utf8).withUnsafeBytes {
            Tokens(other).append(.token, of: $0, to: &output)
        }
        #expect(try String(decoding: output, as: UTF8.self) != token(.token, "customer-17"))
    }

    @Test func `a key is shown nowhere, and a short one is none`() throws {
        let key = try #require(key)
        var text = "\(key)" + String(reflecting: key)
        dump(key, to: &text)
        dump(Tokens(key), to: &text)
        #expect(!text.contains("0123456789abcdef") && text.contains(key.fingerprint))
        #expect(MaskKey(Array("fifteen bytes..".utf8)) == nil)
    }
}
