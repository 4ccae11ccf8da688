import Devices

/// A profile of either transport, as the commands on profiles see it.
enum LoadedProfile {
  case modbus(DeviceProfile)
  case messages(MessageProfile)

  /// - Parameter arguments: what stands for the placeholders of a message profile; nil: they stay as they are.
  static func load(
    _ entry: ProfileLibrary.Entry, arguments: [String: String]? = nil
  ) throws(DocumentIssues) -> LoadedProfile {
    switch try ProfileLibrary.transport(of: entry) {
    case .modbus: .modbus(try ProfileLibrary.load(entry).profile)
    case .mqtt: .messages(try ProfileLibrary.loadMessages(entry, arguments: arguments).profile)
    }
  }

  var vendor: String {
    switch self {
    case .modbus(let profile): profile.vendor
    case .messages(let profile): profile.vendor
    }
  }

  var model: String {
    switch self {
    case .modbus(let profile): profile.model
    case .messages(let profile): profile.model
    }
  }

  var status: DeviceProfile.Status {
    switch self {
    case .modbus(let profile): profile.status
    case .messages(let profile): profile.status
    }
  }

  var transport: ProfileTransport {
    switch self {
    case .modbus: .modbus
    case .messages: .mqtt
    }
  }

  var pointCount: Int {
    switch self {
    case .modbus(let profile): profile.points.count
    case .messages(let profile): profile.points.count
    }
  }

  /// For people.
  var text: String {
    switch self {
    case .modbus(let profile): ProfileText(profile).text
    case .messages(let profile): MessageProfileText(profile).text
    }
  }

  /// For programs.
  var json: String {
    get throws {
      switch self {
      case .modbus(let profile): try ProfileDocument(profile).json
      case .messages(let profile): try MessageProfileDocument(profile).json
      }
    }
  }
}

extension DeviceProfile.Status {
  /// What the word means, for people.
  var meaning: String {
    switch self {
    case .simulated: "a device of the simulator"
    case .documented: "written from documents, compared with no device yet"
    case .commissioned: "compared with a device, and signed"
    }
  }
}
