# SPDX-License-Identifier: Apache-2.0
Feature: The life of a knipperlicht
  Received, assigned, investigated, answered, sent, accepted: each step says who and when.

  Scenario: From receipt to acceptance
    Given Anna has a leefloon dossier
    When POD MI sends a knipperlicht about Anna's work
    Then it is received
    When the head gives it to Els
    Then it is assigned
    When Els has investigated it
    Then it is investigated
    When Els answers it with X-COUNTED
    Then it is closed
    And its history tells
      | step         | who |
      | ARRIVED      |     |
      | ASSIGNED     | Nadia |
      | INVESTIGATED | Els |
      | ANSWERED     | Els |
      | SENT         |     |
      | ACCEPTED     |     |
    And POD MI has 1 accepted answer about it

  Scenario: It is matched to the dossier in the social software
    Given Anna has a leefloon dossier
    When POD MI sends a knipperlicht about Anna's work
    And the software looks for the dossiers
    Then it belongs to Anna's dossier

  Scenario: Nobody here has a dossier of this person
    Given Chloé has no dossier here
    When POD MI sends a knipperlicht about Chloé's work
    And the software looks for the dossiers
    Then it belongs to no dossier

  Scenario: POD MI refuses the answer and a better one follows
    Given POD MI will refuse the next answer with error X-0001
    When POD MI sends a knipperlicht about Anna's work
    And Els answers it with X-COUNTED
    Then it is refused
    And Els reads the reason X-0001 in her own language
    When Els answers it with X-EXEMPT
    Then it is closed
    And POD MI has 1 accepted answer about it

  Scenario: A code that needs a decision is not taken without one
    When POD MI sends a knipperlicht about Anna's work
    Then Els cannot answer it with X-RECOVERY
    When Els answers it with X-RECOVERY and names decision "B-2026-17"
    Then it is closed

  Scenario: The same answer twice is one answer
    When POD MI sends a knipperlicht about Anna's work
    And Els answers it with X-COUNTED, twice under the same id
    Then it is closed
    And POD MI has 1 accepted answer about it

  Scenario: A later form took its ground away
    When POD MI sends a knipperlicht about Anna's work
    And Els says that form "C-2026-3" of 1 July 2026 made it superfluous
    Then it is superseded
    And nobody waits for an answer to it

  Scenario: The answer is given back to nobody
    When POD MI sends a knipperlicht about Anna's work
    And the head gives it to Els
    And the head gives it to nobody
    Then it is received
