import Devices
import Foundation
import Shopfloor
import Testing

@testable import MQTT

@Suite struct DeviceTimeTests {
  static func read(_ json: String, _ form: MessageTime.Form, receivedAt: String = "2026-11-21T04:00:00Z") throws
    -> String?
  {
    var reader = DeviceTimeReader(form)
    let document = try JSONScanner.document(of: Array(json.utf8))
    let received = try #require(Timestamp(iso8601: receivedAt))
    guard case .credible(let time) = reader.time(document.root, receivedAt: received) else { return nil }
    return "\(time)"
  }

  @Test(
    arguments: [
      ("1795233598", .automatic, "2026-11-21T03:59:58.000000Z"),
      ("1795233598123", .automatic, "2026-11-21T03:59:58.123000Z"),
      (#""1795233598,5""#, .automatic, "2026-11-21T03:59:58.500000Z"),
      (#""2026-11-21T04:59:58+01:00""#, .automatic, "2026-11-21T03:59:58.000000Z"),
      (#""2026-11-21 03:59:58Z""#, .automatic, "2026-11-21T03:59:58.000000Z"),
      ("1795233598.25", .unixSeconds, "2026-11-21T03:59:58.250000Z"), ("1795233598123", .unixSeconds, nil),
      ("1795233598123.5", .unixMilliseconds, "2026-11-21T03:59:58.123500Z"), ("1795233598", .unixMilliseconds, nil),
      ("1795233598123456", .unixMicroseconds, "2026-11-21T03:59:58.123456Z"),
      ("1795233598123456789", .unixNanoseconds, "2026-11-21T03:59:58.123456Z"),
      (#""1795233598123456789""#, .unixNanoseconds, "2026-11-21T03:59:58.123456Z"),
      ("1.795233598e9", .unixSeconds, "2026-11-21T03:59:58.000000Z"), ("-1795233598", .unixSeconds, nil),
      ("99999999999999999999", .unixNanoseconds, nil), ("1e400", .unixSeconds, nil), ("true", .automatic, nil),
      ("null", .automatic, nil), ("{}", .automatic, nil), (#""yesterday""#, .automatic, nil),
      (#""2026-02-30T00:00:00Z""#, .automatic, nil),
    ] as [(String, MessageTime.Form, String?)])
  func reads(_ json: String, _ form: MessageTime.Form, _ expected: String?) throws {
    #expect(try Self.read(json, form) == expected)
  }

  /// Europe/Berlin: summer time from 2026-03-29 02:00 local, which does not come, to 2026-10-25 03:00, after which an hour
  /// comes again.
  @Test(
    arguments: [
      ("2026-11-21T04:59:58", "Europe/Berlin", "2026-11-21T03:59:58.000000Z"),
      ("2026-11-21T04:59:58.25", "Europe/Berlin", "2026-11-21T03:59:58.250000Z"),
      ("2026-11-21 11:59:58", "Asia/Shanghai", "2026-11-21T03:59:58.000000Z"),
      ("2026-11-20T23:14:58", "America/St_Johns", "2026-11-21T02:44:58.000000Z"),
      ("2026-11-21T04:59:58+01:00", "Europe/Berlin", "2026-11-21T03:59:58.000000Z"),
      ("2026-11-21T03:59:58Z", "Europe/Berlin", "2026-11-21T03:59:58.000000Z"),
      ("2026-11-21", "Europe/Berlin", nil), ("2026-11-21T04:59:58", "Nowhere/Atall", nil),
      ("2026-03-29T01:59:59", "Europe/Berlin", "2026-03-29T00:59:59.000000Z"),
      ("2026-03-29T02:00:00", "Europe/Berlin", nil),
      ("2026-03-29T02:59:59", "Europe/Berlin", nil),
      ("2026-03-29T03:00:00", "Europe/Berlin", "2026-03-29T01:00:00.000000Z"),
      ("2026-10-25T01:59:59", "Europe/Berlin", "2026-10-24T23:59:59.000000Z"),
      ("2026-10-25T02:00:00", "Europe/Berlin", nil),
      ("2026-10-25T02:59:59", "Europe/Berlin", nil),
      ("2026-10-25T03:00:00", "Europe/Berlin", "2026-10-25T02:00:00.000000Z"),
    ] as [(String, String, String?)])
  func readsLocalTimes(_ text: String, _ zone: String, _ expected: String?) throws {
    let day = String(text.prefix(10))
    let received = day.hasPrefix("2026-11") ? "2026-11-21T04:00:00Z" : "\(day)T23:00:00Z"
    #expect(try Self.read("\"\(text)\"", .local(zone: zone), receivedAt: received) == expected)
  }

  /// What a calendar makes of an instant is read back as that instant, or is one of the hours that are not believed.
  @Test(arguments: ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca"])
  func localTimesComeBack(_ name: String) throws {
    let zone = try #require(TimeZone(identifier: name))
    var local = try #require(LocalZone(name))
    var generator = SeededGenerator(seed: 23)
    var doubtful = 0
    for _ in 0..<3_000 {
      let instant = Int64.random(in: 1_700_000_000...1_900_000_000, using: &generator)
      let offset = Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant))))
      let read = local.instant(of: Timestamp(microseconds: (instant + offset) * 1_000_000))
      if let read { #expect(read.microseconds == instant * 1_000_000, "\(instant)") } else { doubtful += 1 }
    }
    #expect(doubtful < 10)
  }

  @Test func historicalTimesStayAsTheyAre() throws {
    #expect(try Self.read("1792641601", .unixSeconds) == "2026-10-22T04:00:01.000000Z")
    #expect(try Self.read("1792641599", .unixSeconds) == nil)
  }
}
