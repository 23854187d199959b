# SPDX-License-Identifier: Apache-2.0
Feature: Who treats which knipperlicht
  An OCMW says once who treats what; then each knipperlicht has somebody, also when somebody is ill.

  Scenario: Without rules nobody is chosen
    When POD MI sends a knipperlicht about Anna's work
    Then nobody has it

  Scenario: The handler of the dossier gets it
    Given Anna has a leefloon dossier
    And the rules give a knipperlicht to the handler of its dossier
    When POD MI sends a knipperlicht about Anna's work
    And the software looks for the dossiers
    Then the handler of Anna's dossier has it

  Scenario: A team gets all pensions, and a member takes one
    Given the rules give pensions to the team "Pensions" of Els and Omar
    When POD MI sends a knipperlicht about Anna's pension
    Then it waits for the team "Pensions"
    When Omar takes it
    Then Omar has it

  Scenario: Turn by turn, skipping who is absent
    Given the rules give everything turn by turn to Els, Omar and Nadia
    And Omar is absent this week
    When POD MI sends 6 knipperlichten
    Then Els has 3 of them and Nadia has 3 of them

  Scenario: What somebody gave by hand stays where it is
    Given the rules give everything turn by turn to Els, Omar and Nadia
    When POD MI sends a knipperlicht about Anna's work
    And the head gives it to Fatima
    And POD MI sends the same knipperlicht again
    Then Fatima has it

  Scenario: Els takes over from an absent colleague
    When POD MI sends 3 knipperlichten
    And the head gives all of them to Omar
    And Omar is absent this week
    And Els takes over from Omar
    Then Els has 3 of them and Omar has 0 of them
    And their history says that Els took them over

  Scenario: The head sees who has how much
    When POD MI sends 3 knipperlichten
    And the head gives all of them to Omar
    Then the workload says Omar 3
