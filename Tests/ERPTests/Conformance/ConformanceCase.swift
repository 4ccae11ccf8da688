/// What every connector keeps.
enum ConformanceCase: String, CaseIterable, Sendable {
  case deliversOnce
  case deliveredTwiceIsOne
  case anotherStartFindsWhatWasDelivered
  case answerLostAfterTheWrite
  case severalUnderTheKeyAreBlocked
  case otherContentUnderTheKeyIsBlocked
  case aRefusalIsBlockedWithTheWordsOfTheERP
  case noAnswerIsAFailureThatPasses
  case aBatchKeepsItsOrder
  case aBatchEndsAtItsFirstFailure
  case aComparisonAfterDeliveryFindsNothing
  case aComparisonFindsEveryChange
  case workComesOnceAndThenWhatIsNew
  case aBadElementIsRefusedAlone
  case aWrongCredentialIsTriedOnce
  case closesAndNothingIsLost
  case textOfAllScripts
  case tenMegabytes
  case emptyContent
}
