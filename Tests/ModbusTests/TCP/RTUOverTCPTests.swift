import Devices
import Testing

@testable import Modbus

/// RTU frames through a gateway that misbehaves once: its value never arrives.
@Suite struct RTUOverTCPTests {
  /// The scripted server reads requests of 12 bytes; an RTU request has 8. This one reads what there is.
  private func source(_ script: @escaping RTUGateway.Script) throws -> (RTUGateway, [ModbusDevicePlan]) {
    let gateway = RTUGateway(script)
    let profile = try testProfile([word("level", 0)], responseTimeoutMicroseconds: 1_000_000)
    return (gateway, [try testPlan(profile, .rtuOverTCP(host: "127.0.0.1", port: gateway.port))])
  }

  /// Every register says 42.
  private static func right(_ request: [UInt8]) -> [UInt8] {
    let count = Int(request[5])
    return rtuBytes(request[0], [request[1], UInt8(count * 2)] + (0..<count).flatMap { _ in [0, 42] as [UInt8] })
  }
  private static func poison(_ request: [UInt8]) -> [UInt8] { rtuBytes(request[0], [3, 2, 0, 66]) }

  @Test(arguments: ["late", "checksum", "unit", "function", "twice", "half"])
  func aMisdeedIsRecordedAndSurvived(misdeed: String) async throws {
    let (gateway, plans) = try source { number, request in
      guard number == 1 else { return [.send(Self.right(request))] }
      switch misdeed {
      case "late": return [.wait(milliseconds: 1_100), .send(Self.poison(request))]
      case "checksum": return [.send(Self.poison(request).dropLast() + [0])]
      case "unit": return [.send(rtuBytes(9, [3, 2, 0, 66]))]
      case "function": return [.send(rtuBytes(1, [4, 2, 0, 66]))]
      case "twice": return [.send(Self.right(request) + Self.poison(request))]
      default: return [.send(Array(Self.poison(request).prefix(4)))]
      }
    }
    defer { gateway.stop() }
    try await withSource(plans) { inbox, _ in
      let recovered = await inbox.wait { readings in
        guard let bad = readings.firstIndex(where: { !$0.quality.isGood }) else { return false }
        return readings[bad...].filter(\.quality.isGood).count >= 3
      }
      #expect(recovered)
      #expect(inbox.readings.allSatisfy { !$0.quality.isGood || $0.value == 42 })
      let quality = inbox.readings.first { !$0.quality.isGood }?.quality
      #expect(quality == (["late", "half"].contains(misdeed) ? .badTimeout : .badMalformedReply))
    }
  }
}
