import MQTT
import Shopfloor

extension Daemon {
  /// Publishes the plant as the configuration says, or no longer.
  func publishSparkplug(_ plant: PlantConfiguration) async throws {
    guard let entry = plant.sparkplugEdge, let broker = plant.mqttBrokers.first(where: { $0.name == entry.broker })
    else { return sparkplug.stop() }
    try await sparkplug.configure(SparkplugFeed(plan: plant.plan, entry: entry), at: broker)
  }
}
