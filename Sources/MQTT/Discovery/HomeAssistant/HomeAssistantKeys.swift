import Devices

/// The keys of a definition under their full names: Home Assistant lets devices abbreviate them and write a common
/// beginning of topics as "~" (Home Assistant documentation, MQTT integration, "Supported abbreviations in MQTT discovery
/// messages" and "Using abbreviations and base topic").
struct HomeAssistantKeys {
  /// Only those that the import reads.
  static let abbreviations: [String: String] = [
    "avty": "availability", "avty_mode": "availability_mode", "avty_t": "availability_topic",
    "avty_tpl": "availability_template", "cmd_t": "command_topic", "cmps": "components", "dev": "device",
    "dev_cla": "device_class", "exp_aft": "expire_after", "obj_id": "object_id", "p": "platform",
    "pl_avail": "payload_available", "pl_not_avail": "payload_not_available", "pl_off": "payload_off",
    "pl_on": "payload_on", "stat_cla": "state_class", "stat_off": "state_off", "stat_on": "state_on",
    "stat_t": "state_topic", "uniq_id": "unique_id", "unit_of_meas": "unit_of_measurement",
    "val_tpl": "value_template",
  ]
  static let ofDevice: [String: String] = ["ids": "identifiers", "mdl": "model", "mf": "manufacturer"]
  static let ofAvailability: [String: String] = [
    "t": "topic", "pl_avail": "payload_available", "pl_not_avail": "payload_not_available", "val_tpl": "value_template",
  ]

  private let members: [String: JSONValue]
  /// What "~" stands for.
  let base: String?

  /// - Parameter shared: what holds where this definition says nothing itself.
  init(_ json: JSONValue, names: [String: String] = abbreviations, base: String? = nil, shared: Self? = nil) {
    var members: [String: JSONValue] = shared?.members ?? [:]
    var base = base ?? shared?.base
    if case .object(let list) = json {
      for member in list {
        if member.name == "~", case .string(let text) = member.value { base = text }
        members[names[member.name] ?? member.name] = member.value
      }
    }
    self.members = members
    self.base = base
  }

  subscript(key: String) -> JSONValue? { members[key] }

  /// A text, a number as written, `true` or `false`; nil where there is none.
  func text(_ key: String) -> String? {
    let text = members[key]?.plainText
    return text?.isEmpty == true ? nil : text
  }

  func topic(_ key: String) -> String? {
    guard let text = text(key), let base else { return text(key) }
    if text.hasPrefix("~") { return base + text.dropFirst() }
    if text.hasSuffix("~") { return text.dropLast() + base }
    return text
  }

  /// Only what the components of a device definition share: topics, availability and encoding.
  var sharedByComponents: Self {
    let keys = [
      "state_topic", "availability", "availability_mode", "availability_topic", "availability_template",
      "payload_available", "payload_not_available", "device",
    ]
    return Self(members: members.filter { keys.contains($0.key) }, base: base)
  }

  private init(members: [String: JSONValue], base: String?) {
    self.members = members
    self.base = base
  }
}
