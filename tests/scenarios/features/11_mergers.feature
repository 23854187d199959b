# SPDX-License-Identifier: Apache-2.0
@two-offices
Feature: Two OCMWs become one
  Municipalities merge, and their OCMWs with them, while knipperlichten are open.

  Scenario: The preview changes nothing
    Given the first OCMW has 2 open knipperlichten
    When the administrator previews the merger
    Then 2 knipperlichten would move
    And the first OCMW still has 2 open knipperlichten

  Scenario: Open knipperlichten move with their history
    Given the first OCMW has 2 open knipperlichten
    When the two OCMWs merge
    Then the second OCMW has 2 open knipperlichten that came over
    And their history says that they came over
    And the first OCMW has 0 open knipperlichten

  Scenario: What was closed stays where it was, readable
    Given the first OCMW has 1 closed knipperlicht
    When the two OCMWs merge
    Then the first OCMW still shows 1 closed knipperlicht

  Scenario: The second OCMW answers, and POD MI has one answer
    Given the first OCMW has 1 open knipperlicht
    When the two OCMWs merge
    And the second OCMW answers it with X-COUNTED
    Then POD MI has one answer about it, from the second OCMW

  Scenario: Later mutations come to the second OCMW
    Given the first OCMW has 1 open knipperlicht
    When the two OCMWs merge
    And POD MI sends a knipperlicht about a person of the first OCMW
    Then the second OCMW has it

  Scenario: The merger twice is one merger
    Given the first OCMW has 2 open knipperlichten
    When the two OCMWs merge
    And the two OCMWs merge
    Then the second OCMW has 2 open knipperlichten that came over
