import Devices

/// One value that a definition announces.
struct HomeAssistantEntity: Hashable {
  var deviceName: String
  var origin: [String]
  var topic: TopicFilter
  var point: MessagePoint
  var availability: [AvailabilityTopic]
  var notes: [String] = []

  /// Device classes whose state is no number (Home Assistant documentation, sensor integration).
  private static let textClasses: Set<String> = ["date", "enum", "timestamp", "uptime"]

  init(component: String, object: String, keys: HomeAssistantKeys) throws(HomeAssistantRefusal) {
    guard ["sensor", "binary_sensor", "number", "switch"].contains(component) else {
      throw HomeAssistantRefusal("a \"\(component)\" brings no value that is recorded")
    }
    guard let stateTopic = keys.topic("state_topic") else {
      throw HomeAssistantRefusal("it has no state_topic: it takes commands and tells nothing")
    }
    topic = try Self.filter(stateTopic)
    let template = try Self.template(keys.text("value_template"))
    let device = HomeAssistantKeys(keys["device"] ?? .null, names: HomeAssistantKeys.ofDevice)
    let identifier = Self.firstText(device["identifiers"]) ?? device.text("name")
    deviceName = ProposedNames.plain(device.text("name") ?? identifier ?? object, otherwise: "device")
    let maker = [device.text("manufacturer"), device.text("model")].compactMap { $0 }.joined(separator: " ")
    origin = ["announced to Home Assistant" + (maker.isEmpty ? "" : " by \(maker)")]
    let name = ProposedNames.plain(keys.text("name") ?? keys.text("device_class") ?? object, otherwise: object)
    point = MessagePoint(
      name: name, path: template.path, form: Self.form(component, keys), unit: keys.text("unit_of_measurement") ?? "")
    availability = try Self.availability(keys)
    if !template.leftOut.isEmpty {
      notes.append("\(name): \(template.leftOut.joined(separator: " and ")) left out; what was sent is recorded")
    }
    if let seconds = keys.text("expire_after") {
      notes.append("\(name): comes at least every \(seconds) s; every_seconds would make a missing one visible")
    }
    if availability.count > 1, keys.text("availability_mode") != "all" {
      notes.append(
        "\(name): here every topic of availability counts; Home Assistant was told \"\(keys.text("availability_mode") ?? "latest")\""
      )
    }
  }

  private static func form(_ component: String, _ keys: HomeAssistantKeys) -> MessagePoint.Form {
    switch component {
    case "binary_sensor":
      return .number(words: [keys.text("payload_on") ?? "ON": 1, keys.text("payload_off") ?? "OFF": 0])
    case "switch":
      let on = keys.text("state_on") ?? keys.text("payload_on") ?? "ON"
      let off = keys.text("state_off") ?? keys.text("payload_off") ?? "OFF"
      return .number(words: [on: 1, off: 0])
    case "sensor":
      // A sensor with a unit or a state class is a number for Home Assistant too; any other state is a text.
      let isNumber = keys.text("unit_of_measurement") != nil || keys.text("state_class") != nil
      let isText = keys.text("device_class").map(textClasses.contains) ?? !isNumber
      return isText ? .text : .number(words: [:])
    default: return .number(words: [:])
    }
  }

  private static func firstText(_ value: JSONValue?) -> String? {
    if case .array(let elements)? = value { return elements.first?.plainText }
    return value?.plainText
  }

  private static func template(_ text: String?) throws(HomeAssistantRefusal) -> HomeAssistantTemplate {
    do throws(HomeAssistantTemplate.Fault) {
      return try HomeAssistantTemplate(text)
    } catch {
      throw HomeAssistantRefusal(error.reason)
    }
  }

  private static func filter(_ topic: String) throws(HomeAssistantRefusal) -> TopicFilter {
    do throws(TopicFilterFault) {
      return try TopicFilter(topic)
    } catch {
      throw HomeAssistantRefusal("the topic \"\(topic)\" cannot be subscribed to: \(error)")
    }
  }

  // MARK: Availability

  private static func availability(_ keys: HomeAssistantKeys) throws(HomeAssistantRefusal) -> [AvailabilityTopic] {
    var found: [AvailabilityTopic] = []
    if let topic = keys.topic("availability_topic") {
      found.append(try availability(topic, keys, keys.text("availability_template")))
    }
    var elements: [JSONValue] = []
    switch keys["availability"] {
    case .array(let list)?: elements = list
    case .object?: elements = keys["availability"].map { [$0] } ?? []
    default: break
    }
    for element in elements {
      let own = HomeAssistantKeys(element, names: HomeAssistantKeys.ofAvailability, base: keys.base)
      guard let topic = own.topic("topic") else { continue }
      found.append(try availability(topic, own, own.text("value_template")))
    }
    return found
  }

  private static func availability(
    _ topic: String, _ keys: HomeAssistantKeys, _ template: String?
  ) throws(HomeAssistantRefusal) -> AvailabilityTopic {
    AvailabilityTopic(
      topic: try filter(topic), path: try Self.template(template).path,
      online: [keys.text("payload_available") ?? "online"],
      offline: [keys.text("payload_not_available") ?? "offline"])
  }
}
