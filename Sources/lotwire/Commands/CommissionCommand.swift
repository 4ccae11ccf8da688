import ArgumentParser
import Console
import Foundation
import Shopfloor

struct CommissionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "commission", abstract: "Compare the values of a device with its own display, and record who did.",
    discussion: """
      Reads the points one by one through the running daemon and asks what the device itself shows:
        Enter      the display agrees
        a value    what the display shows instead: the values differ
        -          the device does not show this value
        ?          read it again
      Nothing is recorded before the last answer. Needs a person with the right "engineer".
      """)

  @OptionGroup var options: ConfigurationOption

  @Argument(help: "The device as the configuration names it.")
  var device: String

  @Option(help: "The id of the person who compares.")
  var person: String

  @Option(help: "Serial number and firmware of the device as its type plate or display shows them.")
  var identification: String

  @Option(help: "Compare these points only, separated by commas.")
  var points: String?

  func run() async throws {
    try await reporting {
      let name: DeviceName = try identifier(device, "device name")
      let client = try ControlSocket.client(options)
      let wanted = points?.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } ?? []
      let values = try read(client, name, wanted)
      printLine("\(name) at \(values.address), profile \(values.profile). What does the device itself show?")
      var comparisons: [DeviceCommissioning.Comparison] = []
      for value in values.values { comparisons.append(try compare(value, client, name)) }
      let done = DeviceCommissioning(
        device: name, profile: values.profile, profileDigest: values.profileDigest, address: values.address,
        identification: identification, comparisons: comparisons, person: try identifier(person, "person id"),
        // The daemon's clock counts; it sets the time when it takes the commissioning.
        at: Timestamp(microseconds: 0))
      let answer = try client.commission(done)
      guard answer.accepted else { throw CommandFailure(answer.english + "\n" + answer.chinese, EX_NOPERM) }
      printLine(answer.english + " / " + answer.chinese)
    }
  }

  private func read(_ client: ControlClient, _ name: DeviceName, _ points: [String]) throws -> DeviceValues {
    let values = try client.read(ReadDeviceRequest(device: name, points: points))
    if let fault = values.fault { throw CommandFailure(fault, EX_UNAVAILABLE) }
    return values
  }

  private func compare(
    _ first: DeviceValues.Value, _ client: ControlClient, _ name: DeviceName
  ) throws -> DeviceCommissioning.Comparison {
    var value = first
    while true {
      printLine("\(value.point): \(value.text)   [\(value.words)]")
      guard let line = readLine() else {
        throw CommandFailure("The comparison was broken off at \(value.point); nothing was recorded.", EX_USAGE)
      }
      let answer = line.trimmingCharacters(in: .whitespaces)
      switch answer {
      case "?": value = try read(client, name, [value.point]).values.first ?? value
      case "-": return comparison(value, shown: "", .notShown)
      case "":
        guard value.quality == "good" else {
          printLine("There is no value to agree with. Type what the display shows, or - where it shows nothing.")
          continue
        }
        return comparison(value, shown: value.text, .agrees)
      default:
        if let fault = OutsideTextFault(in: answer, maximumBytes: maximumReasonBytes) {
          printLine("That cannot be recorded: \(fault.words.english).")
          continue
        }
        return comparison(value, shown: answer, .differs)
      }
    }
  }

  private func comparison(
    _ value: DeviceValues.Value, shown: String, _ verdict: DeviceCommissioning.Comparison.Verdict
  ) -> DeviceCommissioning.Comparison {
    .init(point: value.point, read: value.text, words: value.words, shown: shown, verdict: verdict)
  }
}

struct ForgetLimitsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forget", abstract: "Forget what was learned about a device, after it was repaired or changed.",
    discussion: "Needs the running daemon and a person with the right \"engineer\".")

  @OptionGroup var options: ConfigurationOption

  @Argument(help: "The device as the configuration names it.")
  var device: String

  @Option(help: "The id of the person who decides.")
  var person: String

  @Option(help: "Why, in a few words.")
  var reason: String

  func run() async throws {
    try await reporting {
      let request = ForgetRequest(
        device: try identifier(device, "device name"), person: try identifier(person, "person id"), reason: reason)
      let answer = try ControlSocket.client(options).forgetLimits(request)
      guard answer.accepted else { throw CommandFailure(answer.english + "\n" + answer.chinese, EX_NOPERM) }
      printLine(answer.english + " / " + answer.chinese)
    }
  }
}
