import Devices
import Shopfloor

/// Turns the retained definitions by which devices announce themselves to Home Assistant into devices of ours. Reads
/// where values stand and what they are called; imports nothing that calculates. Pure.
public struct HomeAssistantDiscovery: Sendable {
  /// Most definitions that are kept.
  public static let maximumDefinitions = 5_000

  public let prefix: String
  /// The payload of each definition, by its topic; an empty payload takes a definition back.
  private var definitions: [String: [UInt8]] = [:]
  /// Definitions that found no place.
  public private(set) var furtherDefinitions = 0

  public init(prefix: String = "homeassistant") { self.prefix = prefix }

  /// What to subscribe to.
  public var filters: [String] { ["\(prefix)/+/+/config", "\(prefix)/+/+/+/config"] }

  public mutating func note(_ messages: [ObservedMessage]) {
    for message in messages where message.topic.hasPrefix("\(prefix)/") && message.topic.hasSuffix("/config") {
      if message.payloadBytes == 0 {
        definitions[message.topic] = nil
      } else if definitions[message.topic] != nil || definitions.count < Self.maximumDefinitions {
        // Too large is kept as nothing and refused by name.
        definitions[message.topic] = message.payload ?? []
      } else {
        furtherDefinitions += 1
      }
    }
  }

  public var count: Int { definitions.count }

  /// The devices in the order of their names, and what was not imported, in the order of the topics.
  public func result() -> (devices: [ProposedDevice], left: [TopicLeft]) {
    var devices: [String: ProposedDevice] = [:]
    var left: [TopicLeft] = []
    for (topic, payload) in definitions.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      for (place, entity) in entities(topic, payload) {
        do throws(HomeAssistantRefusal) {
          let entity = try entity.get()
          let name = entity.deviceName
          var device = devices[name] ?? ProposedDevice(name: name, mappings: [], notes: entity.origin)
          device.add(entity.point, topic: entity.topic)
          for availability in entity.availability where !device.availability.contains(availability) {
            device.availability.append(availability)
          }
          device.notes += entity.notes
          devices[name] = device
        } catch {
          left.append(TopicLeft(topic: place, reason: error.reason))
        }
      }
    }
    return (devices.values.sorted { $0.name < $1.name }, left)
  }

  private typealias Outcome = (place: String, entity: Result<HomeAssistantEntity, HomeAssistantRefusal>)

  private func entities(_ topic: String, _ payload: [UInt8]) -> [Outcome] {
    guard !payload.isEmpty else {
      return [(topic, .failure(HomeAssistantRefusal("the definition has more than \(maximumPayloadBytes) bytes")))]
    }
    let json: JSONValue
    do throws(JSONScanner.Fault) {
      json = try JSONScanner.value(of: payload)
    } catch {
      return [(topic, .failure(HomeAssistantRefusal("the definition is no JSON")))]
    }
    let levels = topic.dropFirst(prefix.utf8.count + 1).split(separator: "/").map(String.init)
    guard levels.count >= 3 else {
      return [(topic, .failure(HomeAssistantRefusal("the topic is not <component>/[<node>/]<object>/config")))]
    }
    let keys = HomeAssistantKeys(json)
    let object = levels[levels.count - 2]
    guard case .object(let components)? = keys["components"] else {
      return [(topic, Self.entity(levels[0], object, keys))]
    }
    return components.map { component in
      let own = HomeAssistantKeys(component.value, shared: keys.sharedByComponents)
      return ("\(topic) (\(component.name))", Self.entity(own.text("platform") ?? "", component.name, own))
    }
  }

  private static func entity(
    _ component: String, _ object: String, _ keys: HomeAssistantKeys
  ) -> Result<HomeAssistantEntity, HomeAssistantRefusal> {
    do throws(HomeAssistantRefusal) {
      return .success(try HomeAssistantEntity(component: component, object: object, keys: keys))
    } catch {
      return .failure(error)
    }
  }
}

/// Why a definition was not imported.
struct HomeAssistantRefusal: Error, Hashable {
  var reason: String

  /// The reason quotes what came from outside.
  init(_ reason: String) { self.reason = displayable(reason, maximumCharacters: 300) }
}
