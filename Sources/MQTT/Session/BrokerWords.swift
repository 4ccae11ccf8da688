/// What a broker says with its codes, in words that say what to do. Codes: MQTT 3.1.1 section 3.2.2.3, MQTT 5 section
/// 2.4.
enum BrokerWords {
  static func refusal(code: Int32) -> String {
    switch code {
    case 1: "the broker does not speak this version of MQTT (code 1); say the other in the configuration"
    case 2: "the broker refuses the client id (code 2); choose another in the configuration"
    case 3: "the broker says it is unavailable (code 3)"
    case 4: "the broker refuses user name or password (code 4); check the password file"
    case 5: "the broker does not allow this client (code 5); check user, password and its access list"
    case 0x80: "the broker refuses the connection without saying why (code 0x80)"
    case 0x84: "the broker does not speak MQTT 5 (code 0x84); say version 3.1.1 in the configuration"
    case 0x85: "the broker refuses the client id (code 0x85); choose another in the configuration"
    case 0x86: "the broker refuses user name or password (code 0x86); check the password file"
    case 0x87: "the broker does not allow this client (code 0x87); check user, password and its access list"
    case 0x88: "the broker says it is unavailable (code 0x88)"
    case 0x89: "the broker says it is busy (code 0x89)"
    case 0x8A: "the broker has banned this client (code 0x8A)"
    case 0x97: "the broker says that a quota is used up (code 0x97)"
    case 0x9F: "the broker says that we connect too often (code 0x9F)"
    default: "the broker refuses the connection (code \(hexadecimal(code)))"
    }
  }

  /// To a topic filter.
  static func refusedTopic(code: Int32) -> String {
    switch code {
    case 0x87: "not allowed (0x87); check the access list of the broker"
    case 0x8F: "the topic filter is not valid for this broker (0x8F)"
    case 0x97: "a quota is used up (0x97)"
    case 0xA2: "this broker allows no wildcards (0xA2)"
    default: "\(hexadecimal(code)); check the access list of the broker"
    }
  }

  /// Why a broker of MQTT 5 ended the connection.
  static func goodBye(code: Int32) -> String {
    switch code {
    case 0x8B: "the broker is being shut down"
    case 0x8D: "the broker heard nothing of us in time"
    case 0x8E:
      "another client has connected with the same client id and thrown us out; give each client an id of its own"
    case 0x93: "the broker says that it got more than it allows (receive maximum)"
    case 0x95: "the broker says that a message was too large"
    case 0x97: "the broker says that a quota is used up"
    case 0x98: "an administrator of the broker ended the connection"
    default: "the broker ended the connection (code \(hexadecimal(code)))"
    }
  }

  static func hexadecimal(_ code: Int32) -> String { "0x" + String(code, radix: 16, uppercase: true) }
}
