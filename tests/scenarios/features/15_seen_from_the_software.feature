# SPDX-License-Identifier: Apache-2.0
Feature: Seen from the social software
  Calls, events and texts in the languages of the country; and searching.

  Scenario: The software hears of each knipperlicht
    When POD MI sends a knipperlicht about Anna's work
    Then the software hears "signal.received" about it

  Scenario: The software hears what POD MI decided
    When POD MI sends a knipperlicht about Anna's work
    And Els answers it with X-COUNTED
    And it is closed
    Then the software hears "feedback.accepted"

  Scenario: The families of messages have names in every language
    Then every family of messages has a name in nl, fr, de and en

  Scenario: Search by person
    When POD MI sends a knipperlicht about Anna's work
    And POD MI sends a knipperlicht about Bram's work
    And all of them are here
    Then searching for Anna finds 1 knipperlicht

  Scenario: Search by dossier
    Given Anna has a leefloon dossier
    When POD MI sends a knipperlicht about Anna's work
    And POD MI sends a knipperlicht about Bram's work
    And all of them are here
    Then searching for Anna's dossier finds 1 knipperlicht

  Scenario: Search by the words of a subject
    When POD MI puts the monthly list of July 2026 in the e-Box
    Then searching messages for "knipperlichten" finds 1 message
    And searching messages for "maandstaat" finds 0 messages

  Scenario: The same answer in protobuf and in JSON
    When POD MI sends a knipperlicht about Anna's work
    And all of them are here
    Then the list of knipperlichten is the same in protobuf and in JSON

  Scenario: Only what changed since last time
    When POD MI sends a knipperlicht about Anna's work
    And all of them are here
    And the software remembers where it is
    And POD MI sends a knipperlicht about Bram's work
    And all of them are here
    Then 1 knipperlicht changed since
