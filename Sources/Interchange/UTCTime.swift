import Perturbation

/// Instants as text in UTC (RFC 3339), to the nanosecond and without a calendar of the system.
public enum UTCTime {
    private static let nanosecondsPerSecond: UInt64 = 1_000_000_000
    private static let secondsPerDay: Int64 = 86400
    /// Days of 400 years of the Gregorian calendar, which then repeats.
    private static let daysPerEra: Int64 = 146_097
    /// Days from 0000-03-01 to 1970-01-01.
    private static let epochDay: Int64 = 719_468

    /// `2023-11-14T22:13:20.123456789Z`: always nine digits, so that equal instants are equal texts.
    public static func text(nanoseconds: UInt64) -> String {
        var text = TextBuffer()
        text.append(utcNanoseconds: nanoseconds)
        return text.string
    }

    /// `2023-11-14T22:13:20.123Z`; a number and its unit where the year has not four digits.
    public static func text(milliseconds: Int64) -> String {
        var text = TextBuffer()
        text.append(utcMilliseconds: milliseconds)
        return text.string
    }

    fileprivate static func append(nanoseconds: UInt64, into text: inout TextBuffer) {
        append(date: Int64(nanoseconds / nanosecondsPerSecond), into: &text)
        text.append(".")
        append(nanoseconds % nanosecondsPerSecond, digits: 9, into: &text)
        text.append("Z")
    }

    fileprivate static func append(milliseconds: Int64, into text: inout TextBuffer) {
        let seconds = milliseconds.flooredQuotient(1000)
        // 0000-01-01 to 9999-12-31.
        guard seconds >= -62_167_219_200, seconds <= 253_402_300_799 else {
            text.append(milliseconds)
            text.append(" ms")
            return
        }
        append(date: seconds, into: &text)
        text.append(".")
        append(UInt64(milliseconds - seconds * 1000), digits: 3, into: &text)
        text.append("Z")
    }

    private static func append(date seconds: Int64, into text: inout TextBuffer) {
        let day = seconds.flooredQuotient(secondsPerDay)
        let second = UInt64(seconds - day * secondsPerDay)
        // Years that begin in March have their leap day at the end.
        let shifted = day + epochDay
        let era = shifted.flooredQuotient(daysPerEra)
        let dayOfEra = shifted - era * daysPerEra
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let dayOfMonth = dayOfYear - (153 * month + 2) / 5 + 1
        let isNextYear = month >= 10
        append(UInt64(yearOfEra + era * 400 + (isNextYear ? 1 : 0)), digits: 4, into: &text)
        text.append("-")
        append(UInt64(isNextYear ? month - 9 : month + 3), digits: 2, into: &text)
        text.append("-")
        append(UInt64(dayOfMonth), digits: 2, into: &text)
        text.append("T")
        append(second / 3600, digits: 2, into: &text)
        text.append(":")
        append(second / 60 % 60, digits: 2, into: &text)
        text.append(":")
        append(second % 60, digits: 2, into: &text)
    }

    private static func append(_ number: UInt64, digits: Int, into text: inout TextBuffer) {
        var unit: UInt64 = 1
        for _ in 1..<digits { unit *= 10 }
        while unit > 0 {
            text.append(byte: UInt8(truncatingIfNeeded: number / unit % 10) + 0x30)
            unit /= 10
        }
    }

    /// Nanoseconds since 1970 of an instant from 1970 to 2554; nil where the text is none.
    ///
    /// `2023-11-14`, `2023-11-14T22:13`, `…:20`, `….123456789`, each with `Z`, `+01:00` or nothing,
    /// which means UTC.
    public static func nanoseconds(of text: String) -> UInt64? {
        var scan = Scan(Array(text.utf8))
        guard let year = scan.digits(4), scan.take("-"), let month = scan.digits(2),
            scan.take("-"), let day = scan.digits(2), (1...12).contains(month),
            (1...daysIn(month, year)).contains(day)
        else { return nil }
        var seconds = days(year, month, day) * secondsPerDay
        var fraction: UInt64 = 0
        if scan.take("T") || scan.take("t") || scan.take(" ") {
            guard let hour = scan.digits(2), scan.take(":"), let minute = scan.digits(2),
                hour < 24, minute < 60
            else { return nil }
            seconds += hour * 3600 + minute * 60
            if scan.take(":") {
                guard let second = scan.digits(2), second < 60 else { return nil }
                seconds += second
                if scan.take(".") {
                    guard let found = scan.fraction() else { return nil }
                    fraction = found
                }
            }
            guard let shift = scan.zone() else { return nil }
            seconds -= shift
        }
        guard scan.isAtEnd, seconds >= 0 else { return nil }
        let (whole, isOver) = UInt64(seconds).multipliedReportingOverflow(by: nanosecondsPerSecond)
        let (sum, isOverToo) = whole.addingReportingOverflow(fraction)
        return isOver || isOverToo ? nil : sum
    }

    private static func daysIn(_ month: Int64, _ year: Int64) -> Int64 {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        switch month {
        case 2: return isLeap ? 29 : 28
        case 4, 6, 9, 11: return 30
        default: return 31
        }
    }

    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear.flooredQuotient(400)
        let yearOfEra = shiftedYear - era * 400
        let shiftedMonth = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * shiftedMonth + 2) / 5 + day - 1
        return era * daysPerEra + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - epochDay
    }

    private struct Scan {
        private let bytes: [UInt8]
        private var position = 0

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        var isAtEnd: Bool { position == bytes.count }

        mutating func take(_ letter: Unicode.Scalar) -> Bool {
            guard position < bytes.count, bytes[position] == UInt8(ascii: letter) else {
                return false
            }
            position += 1
            return true
        }

        private mutating func digit() -> Int64? {
            guard position < bytes.count, (0x30...0x39).contains(bytes[position]) else {
                return nil
            }
            position += 1
            return Int64(bytes[position - 1] - 0x30)
        }

        mutating func digits(_ count: Int) -> Int64? {
            var number: Int64 = 0
            for _ in 0..<count {
                guard let digit = digit() else { return nil }
                number = number * 10 + digit
            }
            return number
        }

        /// Up to nine digits, as nanoseconds.
        mutating func fraction() -> UInt64? {
            var number: UInt64 = 0
            var count = 0
            while let digit = digit() {
                if count == 9 { return nil }
                number = number * 10 + UInt64(digit)
                count += 1
            }
            if count == 0 { return nil }
            for _ in count..<9 { number *= 10 }
            return number
        }

        /// Seconds ahead of UTC.
        mutating func zone() -> Int64? {
            if take("Z") || take("z") || isAtEnd { return 0 }
            let sign: Int64 = take("-") ? -1 : take("+") ? 1 : 0
            guard sign != 0, let hour = digits(2), take(":"), let minute = digits(2), hour < 24,
                minute < 60
            else { return nil }
            return sign * (hour * 3600 + minute * 60)
        }
    }
}

extension TextBuffer {
    mutating func append(utcNanoseconds nanoseconds: UInt64) {
        UTCTime.append(nanoseconds: nanoseconds, into: &self)
    }

    mutating func append(utcMilliseconds milliseconds: Int64) {
        UTCTime.append(milliseconds: milliseconds, into: &self)
    }
}

extension Int64 {
    /// Rounded down, also below zero.
    fileprivate func flooredQuotient(_ divisor: Int64) -> Int64 {
        let (quotient, rest) = quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? quotient - 1 : quotient
    }
}
