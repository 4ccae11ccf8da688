import Devices
import Foundation
import Shopfloor
import Testing

@testable import MQTT

/// What the messages of a device mean, from the profile to the readings, in files that need no Swift to be written.
@Suite struct MessageCasesTests {
  @Test func thereAreCasesForEveryProfile() throws {
    let covered = Set(try MessageCase.names.map { try MessageCase($0).profileName })
    for entry in MessageCase.library.entries(over: .mqtt) {
      #expect(covered.contains(entry.qualifiedName), "\(entry.qualifiedName) has no case in Tests/Cases/mqtt")
    }
  }

  @Test(arguments: MessageCase.names) func theMessagesGiveTheReadings(name: String) throws {
    let test = try MessageCase(name)
    let readme = MessageCase.folder.appendingPathComponent("\(name)/README.md")
    #expect(FileManager.default.fileExists(atPath: readme.path), "a case says what it shows")
    #expect(!test.rows.isEmpty && !test.messages.isEmpty)
    let points = test.profile.points
    let parameters = Dictionary(
      points.enumerated().map { ($1.name, [ParameterIndex(UInt32($0))]) }, uniquingKeysWith: { first, _ in first })
    let device: DeviceName = "device-1"
    var decoder = RoundDecoder(
      devices: [
        MQTTDevicePlan(
          device: device, mappings: test.profile.mappings, availability: test.profile.availability,
          parameters: parameters)
      ], thinning: .generous)
    var found: [MessageCase.Row] = []
    var keys: [[UInt64?]] = []
    for (index, message) in test.messages.enumerated() {
      let round = decoder.decode([message.incoming])
      keys.append(round.batches.map(\.messageKey))
      if let repeated = message.repeats {
        #expect(keys[repeated - 1] == keys[index] && !keys[index].isEmpty && !keys[index].contains(nil))
      }
      if let isOnline = round.deviceStates[device] {
        found.append(
          MessageCase.Row(
            message: index + 1, point: "(device)", quality: isOnline ? "online" : "offline", value: "", time: nil,
            text: ""))
      }
      for batch in round.batches {
        found += batch.readings.map { reading in
          let text = batch.texts.first { $0.parameter == reading.parameter && $0.time == reading.time }?.text
          return MessageCase.Row(
            message: index + 1, point: points[Int(reading.parameter.rawValue)].name, quality: reading.quality.name,
            value: reading.quality.hasValue ? MessageCase.rounded(reading.value) : "",
            time: reading.time == message.incoming.receivedAt.utc ? nil : reading.time, text: text ?? "")
        }
      }
    }
    let missing = test.rows.filter { !found.contains($0) }
    let extra = found.filter { !test.rows.contains($0) }
    #expect(missing.isEmpty && extra.isEmpty, "expected and not found: \(missing)\nfound and not expected: \(extra)")
    #expect(found.count == test.rows.count)
  }
}
