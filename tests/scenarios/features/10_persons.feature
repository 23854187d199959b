# SPDX-License-Identifier: Apache-2.0
Feature: Persons whose number changes
  A bis number becomes a national number, a wrong number is replaced. The knipperlicht stays one and keeps its history.

  Scenario: The number is replaced while the knipperlicht is open
    Given Anna has a leefloon dossier
    When POD MI sends a knipperlicht about Anna's work
    And the gateway has fetched what is there
    And Anna's number is replaced
    Then there is 1 knipperlicht about Anna
    And it remembers the old number

  Scenario: A bis number becomes a national number
    Given Dirk has a bis number
    When POD MI sends a knipperlicht about Dirk's work
    And the gateway has fetched what is there
    And Dirk's number is replaced
    Then there is 1 knipperlicht about Dirk
    And it remembers the old number

  Scenario: A later list still has the old number
    When POD MI sends a knipperlicht about Anna's work
    And the gateway has fetched what is there
    And Anna's number is replaced
    And the gateway has fetched what is there
    And POD MI puts the monthly list of July 2026 in the e-Box, with the old number
    Then it came by mutation and monthly list
    And there is 1 knipperlicht about Anna

  Scenario: The answer was under way when the number changed
    When POD MI sends a knipperlicht about Anna's work
    And Els answers it with X-COUNTED
    And Anna's number is replaced
    Then it is closed
    And POD MI has 1 accepted answer about it

  Scenario: The number is replaced twice
    When POD MI sends a knipperlicht about Anna's work
    And the gateway has fetched what is there
    And Anna's number is replaced
    And the gateway has fetched what is there
    And Anna's number is replaced
    Then there is 1 knipperlicht about Anna

  Scenario: The software itself tells that a number was replaced
    When POD MI sends a knipperlicht about Anna's work
    And all of them are here
    And the software tells that Anna has another number
    Then there is 1 knipperlicht about Anna
    And it remembers the old number

  Scenario: The same dossier is searched with dots, zeros and small letters
    Given Anna has a leefloon dossier
    When POD MI sends a knipperlicht about Anna's pension for dossier "vb.000.99-1"
    And all of them are here
    Then it is found by dossier "00VB000991"
    And it is found by dossier "VB000991"

  Scenario: Only a person with an integration gets mutations; the list has the knipperlicht anyway
    Given the KSZ has no integration of the OCMW for Anna
    When POD MI sends a knipperlicht about Anna's work
    And POD MI puts the monthly list of July 2026 in the e-Box
    Then it came by monthly list
