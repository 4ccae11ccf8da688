import Devices
import Foundation
import MQTT
import Notifications
import Shopfloor

/// Where messages go and how.
extension NotificationReader {
  func receiver(_ node: DocumentNode, _ name: String) -> NotificationEntry.Receiver? {
    let ways = ["webhook", "mqtt", "email"].filter { node[$0] != nil }
    guard ways.count == 1 else {
      node.fault(
        ways.isEmpty
          ? "notification \(name) goes nowhere"
          : "notification \(name) goes \(ways.count) ways: \(ways.joined(separator: ", "))",
        "Write exactly one of webhook:, mqtt: and email:; another way is a notification of its own")
      return nil
    }
    if let hook = node["webhook"] { return webhook(hook) }
    if let mqtt = node["mqtt"] { return self.mqtt(mqtt) }
    return node["email"].flatMap(email)
  }

  private func path(_ node: DocumentNode?) -> String? { node?.string("Write a path").map { reader.path($0).path } }

  private func webhook(_ node: DocumentNode) -> NotificationEntry.Receiver? {
    node.allowKeys(["url", "secret_file", "ca_file"])
    let remedy = "Write the address: url: https://hooks.example/lotwire"
    let urlNode = node.required("url", remedy)
    let url = urlNode?.string(remedy)
    let secret = path(
      node.required("secret_file", "Write the file whose first line is the key of the signature: secret_file: hook.key")
    )
    guard let urlNode, let url, let secret else { return nil }
    guard let parsed = URL(string: url), ["http", "https"].contains(parsed.scheme ?? ""), parsed.host != nil,
      parsed.user == nil
    else {
      urlNode.fault("\"\(displayable(url))\" is not an http or https address", remedy)
      return nil
    }
    return .webhook(WebhookSettings(url: url, secretFile: secret, authoritiesFile: path(node["ca_file"])))
  }

  private func mqtt(_ node: DocumentNode) -> NotificationEntry.Receiver? {
    node.allowKeys(["broker", "topic"])
    let names = brokers.map(\.name).joined(separator: ", ")
    let brokerRemedy = names.isEmpty ? "Describe it first under brokers:" : "Write one of: \(names)"
    let brokerNode = node.required("broker", brokerRemedy)
    let topicNode = node.required("topic", "Write the topic: topic: plant/line-1/alarms")
    guard let brokerNode, let topicNode, let broker = brokerNode.string(brokerRemedy),
      let topic = topicNode.string("Write a text")
    else { return nil }
    if !brokers.contains(where: { $0.name == broker }) {
      brokerNode.fault("broker \"\(displayable(broker))\" is not described", brokerRemedy)
    }
    if let fault = MQTTPublisherPlan.fault(inTopic: topic) {
      topicNode.fault(fault, "Write a topic such as plant/line-1/alarms")
    }
    return .mqtt(broker: broker, topic: topic)
  }

  // MARK: Mail

  private func email(_ node: DocumentNode) -> NotificationEntry.Receiver? {
    node.allowKeys(["smtp", "tls", "from", "to", "user", "password_file", "ca_file"])
    let encryption =
      node.required("tls", "Write tls: starttls, implicit or none")?
      .choice(EmailSettings.Encryption.allCases.map(\.rawValue)).flatMap(EmailSettings.Encryption.init)
    let server = encryption.flatMap { mailServer(node, $0) }
    let from = node.required("from", "Write the sender: from: lotwire@plant.example").flatMap(address)
    let to = node.required("to", "Write a list: to: [quality@plant.example]").map(recipients) ?? []
    guard let encryption, let server, let from, !to.isEmpty else { return nil }
    var settings = EmailSettings(
      host: server.host, port: server.port, encryption: encryption, from: from, to: to,
      authoritiesFile: path(node["ca_file"]))
    settings.passwordFile = path(node["password_file"])
    if let user = node["user"], let name = user.string("Write the name of the user") {
      settings.user = name
      if name.isEmpty || name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
        user.fault("this cannot be a user", "Write the name as the mail server knows it")
      }
      if settings.passwordFile == nil {
        user.fault("the user has no password", "Write password_file: with the file whose first line is the password")
      }
      if encryption == .none {
        user.fault(
          "the password would go over the network for everybody to read", "Write tls: starttls or tls: implicit")
      }
    } else if settings.passwordFile != nil {
      node["password_file"]?.fault("nobody has this password", "Write user: too")
    }
    return .email(settings)
  }

  private func mailServer(_ node: DocumentNode, _ encryption: EmailSettings.Encryption) -> (host: String, port: Int)? {
    let remedy = "Write the mail server: smtp: \"mail.plant.example:\(encryption.usualPort)\""
    guard let child = node.required("smtp", remedy), let text = child.string(remedy) else { return nil }
    // [::1]:25 is an address with colons of its own.
    let colon = text.hasSuffix("]") ? nil : text.lastIndex(of: ":")
    let port = colon.map { Int(text[text.index(after: $0)...]) } ?? encryption.usualPort
    var host = text[..<(colon ?? text.endIndex)]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    guard let port, (1...65_535).contains(port), !host.isEmpty, host.allSatisfy({ $0.isASCII && !$0.isWhitespace })
    else {
      child.fault("\"\(displayable(text))\" is no mail server", remedy)
      return nil
    }
    return (String(host), port)
  }

  private func recipients(_ list: DocumentNode) -> [EmailAddress] {
    let found = list.elements("Write a list: to: [quality@plant.example]").compactMap(address)
    if list.elementCount == 0 { list.fault("nobody gets the mail", "Write at least one address") }
    if found.count > EmailSettings.maximumRecipients {
      list.fault("there are \(found.count) addresses", "Write at most \(EmailSettings.maximumRecipients), or a list")
    }
    return found
  }

  private func address(_ node: DocumentNode) -> EmailAddress? {
    guard let text = node.string("Write an address such as quality@plant.example") else { return nil }
    guard let address = EmailAddress(text) else {
      node.fault(
        "\"\(displayable(text, maximumCharacters: 80))\" is no mail address",
        "Write it as quality@plant.example: one @, ASCII, no blanks, no name around it")
      return nil
    }
    return address
  }
}
