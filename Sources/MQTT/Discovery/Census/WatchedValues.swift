public import Devices
public import Shopfloor

/// A device as the configuration has it.
public struct WatchedDevice: Hashable, Sendable {
  public var name: DeviceName
  public var mappings: [MessageMapping]
  public var availability: [AvailabilityTopic]

  public init(name: DeviceName, mappings: [MessageMapping], availability: [AvailabilityTopic] = []) {
    self.name = name
    self.mappings = mappings
    self.availability = availability
  }
}

/// What the configuration made of one point of one message.
public struct WatchedValue: Hashable, Sendable {
  public var device: DeviceName
  public var point: String
  /// Nil where there is none; then the quality says why.
  public var value: Double?
  /// Of a text point.
  public var text: String?
  public var unit: String
  public var quality: Quality
  public var time: Timestamp
}

/// Decodes messages as the recording session does, and gives the values back under their names.
struct WatchedValues: Sendable {
  private struct Place: Sendable {
    var device: DeviceName
    var point: MessagePoint
  }

  private var decoder: RoundDecoder
  private let places: [Place]
  private let isEmpty: Bool

  init(devices: [WatchedDevice]) {
    var places: [Place] = []
    let plans = devices.map { device in
      var parameters: [String: [ParameterIndex]] = [:]
      for point in device.mappings.flatMap(\.points) {
        parameters[point.name] = [ParameterIndex(UInt32(places.count))]
        places.append(Place(device: device.name, point: point))
      }
      return MQTTDevicePlan(
        device: device.name, mappings: device.mappings, availability: device.availability, parameters: parameters)
    }
    self.places = places
    isEmpty = plans.isEmpty
    decoder = RoundDecoder(devices: plans, thinning: .widest)
  }

  mutating func values(of message: ObservedMessage) -> [WatchedValue] {
    guard !isEmpty else { return [] }
    return decoder.decode([message.incoming]).batches.flatMap { batch in
      batch.readings.map { reading in
        let place = places[Int(reading.parameter.rawValue)]
        return WatchedValue(
          device: batch.device, point: place.point.name, value: reading.quality.hasValue ? reading.value : nil,
          text: batch.texts.last { $0.parameter == reading.parameter }?.text, unit: place.point.unit,
          quality: reading.quality, time: reading.time)
      }
    }
  }
}
