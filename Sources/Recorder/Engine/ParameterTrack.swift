import Devices
import Shopfloor

/// What the engine remembers of one parameter beside its ``ParameterPulse``: what few readings touch.
struct ParameterTrack: Hashable, Sendable {
  let station: Int
  /// The place of the parameter in the plan of its station.
  let place: Int
  var gap: GapID?
  var specification: LimitMonitor?
  var alarm: LimitMonitor?
  var findsCycles = false
  /// Slot of this parameter among the station's featured parameters.
  var featureSlot: Int?
  /// Whether windows or gates of characteristics follow it.
  var feedsCharts = false

  init(station: Int, place: Int, plan: ParameterPlan) {
    self.station = station
    self.place = place
    specification = plan.specification.map(LimitMonitor.init)
    alarm = plan.alarm.map(LimitMonitor.init)
  }

  /// Whether a good value within the limits changes nothing here.
  var isCalm: Bool {
    gap == nil && !findsCycles && featureSlot == nil && !feedsCharts && specification?.isNormal ?? true
      && alarm?.isNormal ?? true
  }

  /// A gap ends violations that were only pending: how long they lasted is not known.
  mutating func recordGap() {
    specification?.recordGap()
    alarm?.recordGap()
  }
}

extension ParameterPulse {
  /// Takes over what decides whether a reading is calm.
  mutating func follow(_ track: ParameterTrack) {
    hasGap = track.gap != nil
    isCalm = track.isCalm
    normalLow = max(track.specification?.plan.low ?? -.infinity, track.alarm?.plan.low ?? -.infinity)
    normalHigh = min(track.specification?.plan.high ?? .infinity, track.alarm?.plan.high ?? .infinity)
  }
}
