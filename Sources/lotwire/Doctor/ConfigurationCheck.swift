import Devices
import Foundation
import Shopfloor

/// Whether the configuration and the profiles that it names can be read.
struct ConfigurationCheck: DoctorCheck {
  /// Most faults that are told one by one.
  private static let maximumFaults = 20

  func findings(_ context: DoctorContext) async -> [Finding] {
    let file = context.configurationFile.path
    do throws(DocumentIssues) {
      let plant = try ConfigurationReader.read(context.configurationFile)
      return [
        Finding(
          "configuration", file, .ok,
          Words(
            "read without faults: \(plant.stations.count) stations, \(plant.mqttBrokers.count) brokers",
            "读取无误：\(plant.stations.count) 个工位，\(plant.mqttBrokers.count) 个消息代理"))
      ]
    } catch {
      var findings = error.issues.prefix(Self.maximumFaults).map { issue in
        Finding(
          "configuration", issue.file, .fault, Self.words(issue),
          meaning: Words("a daemon does not start with it", "守护进程无法用它启动"), remedy: Words(issue.remedy, issue.remedy))
      }
      if error.issues.count > Self.maximumFaults {
        let more = error.issues.count - Self.maximumFaults
        findings.append(
          Finding("configuration", file, .fault, Words("and \(more) more faults", "另有 \(more) 处错误")))
      }
      return findings
    }
  }

  /// Line 0: the fault belongs to the whole file.
  private static func words(_ issue: DocumentIssue) -> Words {
    guard issue.line > 0 else { return Words(issue.problem, issue.problem) }
    return Words(
      "line \(issue.line), column \(issue.column): \(issue.problem)",
      "第 \(issue.line) 行第 \(issue.column) 列：\(issue.problem)")
  }
}
