# SPDX-License-Identifier: Apache-2.0
Feature: One knipperlicht, whatever brings it
  POD MI tells an OCMW of the same knipperlicht several times: by a mutation of the KSZ, on the monthly list in the e-Box, and
  on the half-yearly lists of March and October. For the social worker it is one knipperlicht, with one history.

  Scenario: A mutation and the monthly list bring the same knipperlicht
    Given Anna has a leefloon dossier
    When POD MI sends a knipperlicht about Anna's pension
    And the gateway has fetched what is there
    And POD MI puts the monthly list of July 2026 in the e-Box
    Then it came by mutation and monthly list
    And there is 1 knipperlicht about Anna

  Scenario: The list comes first
    Given Anna has a leefloon dossier
    When POD MI knows a knipperlicht about Anna's pension and sends no mutation about it
    And POD MI puts the monthly list of July 2026 in the e-Box
    Then it came by monthly list
    When POD MI sends the same knipperlicht again
    Then it came by monthly list and mutation
    And there is 1 knipperlicht about Anna

  Scenario Outline: The list may be <kind>
    Given Anna has <law> dossier
    When POD MI sends a knipperlicht about Anna's wages
    And POD MI puts the monthly list of July 2026 in the e-Box as <kind>
    Then it came by mutation and monthly list
    And there is 1 knipperlicht about Anna

    Examples:
      | kind | law                    |
      | CSV  | a leefloon             |
      | XML  | a leefloon             |
      | ZIP  | an equivalent leefloon |

  Scenario: Three channels, still one knipperlicht
    Given Anna has a leefloon dossier
    When POD MI sends a knipperlicht about Anna's unemployment benefit
    And POD MI puts the monthly list of July 2026 in the e-Box
    And POD MI's calendar says 4 October 2026
    And POD MI puts the half-yearly list of October 2026 in the e-Box
    Then it came by mutation, monthly list and half-yearly list
    And it was recalled 1 time
    And there is 1 knipperlicht about Anna

  Scenario: The mailbox brings the same event twice
    When the mailbox of POD MI brings a knipperlicht about Anna's work twice
    Then there is 1 knipperlicht about Anna

  Scenario: The same knipperlicht in a new event
    When POD MI sends a knipperlicht about Anna's work
    And POD MI sends the same knipperlicht again
    Then it was delivered 2 times
    And there is 1 knipperlicht about Anna

  Scenario: The dossier number is written in another way on the list
    Given Anna has a leefloon dossier
    When POD MI sends a knipperlicht about Anna's real estate for dossier "vb.000.99-1"
    And POD MI puts a monthly list in the e-Box that calls the dossier "00VB000991"
    Then it came by mutation and monthly list
    And there is 1 knipperlicht about Anna

  Scenario: Another month is another knipperlicht
    When POD MI sends a knipperlicht about Anna's pension of May 2026
    And POD MI sends a knipperlicht about Anna's pension of June 2026
    Then there are 2 knipperlichten about Anna

  Scenario: Another source is another knipperlicht
    When POD MI sends a knipperlicht about Anna's pension of June 2026
    And POD MI sends a knipperlicht about Anna's work of June 2026
    Then there are 2 knipperlichten about Anna

  Scenario: A half-yearly list recalls what nobody answered
    When POD MI sends a knipperlicht about Anna's pension
    And POD MI's calendar says 4 October 2026
    And POD MI puts the half-yearly list of October 2026 in the e-Box
    Then it was recalled 1 time
    And it is received
    And the open knipperlichten that were recalled are those of Anna

  Scenario: The same recall by list and by mutation counts once
    When POD MI sends a knipperlicht about Anna's pension
    And POD MI's calendar says 4 October 2026
    And the half-yearly list of October 2026 comes in the e-Box and by mutations
    Then it came by mutation and half-yearly list
    And it was recalled 1 time

  Scenario: An answer given wins over a later recall
    Given POD MI takes its time to judge answers
    When POD MI sends a knipperlicht about Anna's pension
    And Els answers it with X-COUNTED
    And POD MI's calendar says 4 October 2026
    And POD MI puts the half-yearly list of October 2026 in the e-Box
    Then it was recalled 1 time
    And it is answered
    When POD MI judges the answers
    Then it is closed
    And POD MI has 1 accepted answer about it
