import Devices
import Foundation
import Ledger
import Logging
import MQTT
import Notifications
import Recorder
import ServiceLifecycle
import Shopfloor

extension Daemon {
  func notificationService() -> NotificationService {
    let recorder = self.recorder
    let clock = self.clock
    let logger = self.logger
    let ledger = notificationLedger
    let ports = NotificationPorts(
      nextRows: { subscription, now, longestWait in
        try await ledger.read {
          try $0.nextOutboxRows(
            at: now, longestWaitMicroseconds: longestWait, limit: Self.maximumRowsAtOnce, subscription: subscription)
        }
      },
      firstRow: { key in try await ledger.read { try $0.firstOutboxRow(of: key) } },
      payload: { row in try await ledger.read { try $0.outboxPayload(of: row.id) } },
      backlog: { subscription in try await ledger.read { try $0.outboxBacklog(of: subscription) } },
      report: { report in
        let answer = await recorder.perform(.reportDelivery(report), actor: "recorder", at: clock.now().utc)
        if case .refused(let refusal) = answer { throw refusal }
      },
      note: { logger.info("notification", metadata: ["note": "\($0)"]) })
    return NotificationService(ports: ports, clock: clock)
  }

  /// The subscriptions of the configuration, and those that it had and that messages still wait for.
  func subscriptions(of plant: PlantConfiguration) async throws -> [NotificationSubscription] {
    let configured = plant.notifications.map { entry in
      NotificationSubscription(
        name: entry.plan.name, connector: connector(entry, plant), lateAfterMicroseconds: entry.lateAfterMicroseconds)
    }
    let names = Set(configured.map(\.name))
    let gone = try await notificationLedger.read { try $0.subscriptionsWithWaitingMessages() }
      .filter { !names.contains($0) }
    return configured + gone.map { NotificationSubscription(name: $0, connector: AbsentConnector()) }
  }

  private func connector(_ entry: NotificationEntry, _ plant: PlantConfiguration) -> any NotificationConnector {
    switch entry.receiver {
    case .webhook(let settings): return WebhookConnector(settings, clock: clock)
    case .email(var settings):
      settings.helloName = Self.helloName
      return EmailConnector(settings)
    case .mqtt(let name, let topic):
      // The configuration was checked for its broker.
      guard let broker = plant.mqttBrokers.first(where: { $0.name == name }) else { return AbsentConnector() }
      return MQTTConnector(
        MQTTPublisherPlan(
          connection: broker.connection(for: "notify-\(entry.plan.name)"), topic: topic))
    }
  }

  /// The name of this machine, where it can stand in a command of mail; else an address literal (RFC 5321 section 4.1.4).
  private static var helloName: String {
    let name = ProcessInfo.processInfo.hostName
    let isName =
      !name.isEmpty && name.utf8.count <= 255
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == ".") }
    return isName ? name : "[127.0.0.1]"
  }
}

/// Tells the subscribers until the group shuts down.
struct TellingService: Service {
  let service: NotificationService

  func run() async throws {
    await cancelWhenGracefulShutdown { await service.run() }
  }
}
