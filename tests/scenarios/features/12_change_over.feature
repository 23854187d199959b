# SPDX-License-Identifier: Apache-2.0
Feature: From lists to the electronic channel
  An OCMW goes from lists, by a time with both, to mutations and the feedback flow. Nothing is answered twice on the way.

  Scenario: An OCMW begins with the electronic channel
    Then the OCMW is on the electronic channel

  Scenario: On lists an answer waits for the half-yearly list
    Given the OCMW is on lists
    When POD MI sends a knipperlicht about Anna's work
    And Els answers it with X-COUNTED
    Then the answer waits for the half-yearly list
    And POD MI has no answer about it

  Scenario: Changing over sends what waits, once
    Given the OCMW is on lists
    When POD MI sends a knipperlicht about Anna's work
    And Els answers it with X-COUNTED
    And the administrator changes the OCMW to parallel
    Then it is closed
    And POD MI has 1 accepted answer about it

  Scenario: And back again
    Given the OCMW is on lists
    When the administrator changes the OCMW to electronic
    And the administrator changes the OCMW to lists
    Then the OCMW is on lists
    And the change is in the audit, with who and why

  Scenario: The report says what came by one channel only, and why
    Given the OCMW is on parallel
    And the KSZ has no integration of the OCMW for Bram
    When POD MI sends a knipperlicht about Anna's work
    And POD MI sends a knipperlicht about Bram's pension
    And POD MI puts the monthly list of July 2026 in the e-Box
    Then the report of July 2026 says 1 by both and 1 by list only
    And the reason is said in nl, fr, de and en
    And the report does not recommend the electronic channel yet

  Scenario: After clean months the report recommends the electronic channel
    Given since 130 days the OCMW is on parallel
    When 3 months pass with the same knipperlichten by both channels
    Then the report recommends the electronic channel
