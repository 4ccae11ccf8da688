import Logging
import MQTT
import Shopfloor

extension Daemon {
  /// Publishes the plant as the configuration says, or no longer.
  func publishSparkplug(_ plant: PlantConfiguration) async throws {
    guard let entry = plant.sparkplugEdge, let broker = plant.mqttBrokers.first(where: { $0.name == entry.broker })
    else { return sparkplug.stop() }
    try await sparkplug.configure(SparkplugFeed(plan: plant.plan, entry: entry), at: broker)
  }

  /// After a reload, when the configuration is in force whatever becomes of the edge node.
  ///
  /// - Returns: what there is to add to the answer, behind a blank.
  func republishSparkplug(_ plant: PlantConfiguration) async -> String {
    do {
      try await publishSparkplug(plant)
      return ""
    } catch {
      logger.error("nothing is published as a Sparkplug edge node", metadata: ["reason": "\(error)"])
      return " But nothing is published as a Sparkplug edge node: \(error). Reload it again."
    }
  }
}
