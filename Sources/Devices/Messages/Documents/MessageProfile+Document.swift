extension MessageProfile {
  static let keys =
    ["name", "vendor", "model", "transport", "status", "sources", "notes", "arguments"] + MessageDeclarations.keys

  /// Reads a profile from YAML; throws all faults of the text at once.
  ///
  /// - Parameters:
  ///   - fileName: what the name must be, because the file is called so; nil: any.
  ///   - arguments: what stands for `{name}` in topics, paths and texts; nil: the placeholders stay as they are, as for
  ///     a person who looks at the profile. What an installation wrote is read by ``Argument/values(of:with:at:)``.
  public static func load(
    text: String, file: String, called fileName: String? = nil, arguments: [String: String]? = nil
  ) throws(DocumentIssues) -> MessageProfile {
    let (root, collector) = try DocumentNode.parse(text, file: file)
    try ProfileTransport.mqtt.check(root, collector)
    DeviceProfile.checkName(root, fileName)
    let profile = read(root, arguments)
    try collector.throwIfAny()
    guard let profile else {
      // Every missing part has reported a fault above.
      preconditionFailure("a profile without faults was not read")
    }
    return profile
  }

  private static func read(_ root: DocumentNode, _ given: [String: String]?) -> MessageProfile? {
    root.allowKeys(keys)
    guard root.isMapping else { return nil }
    let name = DeviceProfile.plainText(root.required("name", "Write a short name such as \"plus-ht\""))
    let vendor = DeviceProfile.plainText(root.required("vendor", "Write who makes the device"))
    let model = DeviceProfile.plainText(root.required("model", "Write the model as its maker calls it"))
    _ = root.required("transport", "Write \"transport: mqtt\"")?.choice([ProfileTransport.mqtt.rawValue])
    let status = root.required("status", "Write \"status: documented\"")?
      .choice(DeviceProfile.Status.allCases.map(\.rawValue)).flatMap(DeviceProfile.Status.init(rawValue:))
    let sources = DeviceProfile.readSources(root["sources"])
    let notes = root["notes"]?.elements("Write a list of sentences").compactMap { DeviceProfile.plainText($0) } ?? []
    let arguments = Argument.readAll(root["arguments"])
    let faults = given.map { Argument.faults(of: $0, declared: arguments) } ?? []
    for fault in faults { (root["arguments"] ?? root).fault(fault.problem, fault.remedy) }
    // Values that do not fit would only make faults in places where nothing is wrong.
    let values = faults.isEmpty ? given.map { Argument.filled($0, declared: arguments) } : nil
    let messages = MessageDeclarations.read(root, MessagePlaceholders(declared: arguments, values: values))
    checkUse(of: arguments, in: root)
    guard let name, let vendor, let model, let status else { return nil }
    return MessageProfile(
      name: name, vendor: vendor, model: model, status: status, sources: sources, notes: notes, arguments: arguments,
      mappings: messages.mappings, availability: messages.availability)
  }

  private static func checkUse(of arguments: [Argument], in root: DocumentNode) {
    guard let list = root["arguments"], list.isSequence else { return }
    for node in list.elements("Write a list of arguments") {
      guard let name = node["name"]?.text, arguments.contains(where: { $0.name == name }) else { continue }
      let isUsed = MessageDeclarations.keys.contains { root[$0]?.mentions("{\(name)}") ?? false }
      if !isUsed {
        node.fault("the argument \"\(name)\" is used nowhere", "Write {\(name)} where it belongs, or leave it out")
      }
    }
  }
}

extension DocumentNode {
  /// Whether the text stands in any scalar or key below.
  func mentions(_ text: String) -> Bool {
    if let written = self.text { return written.contains(text) }
    if isSequence { return elements("").contains { $0.mentions(text) } }
    return entries.contains { $0.name.contains(text) || $0.node.mentions(text) }
  }
}
