# SPDX-License-Identifier: Apache-2.0
Feature: The half-yearly list goes back
  Twice a year the list of what is open comes, to be returned with the codes.

  Scenario: As a reply in the e-Box
    Given the OCMW is on lists
    And the half-yearly list of October 2026 names 2 knipperlichten
    And Els has answered both
    When the list goes back
    Then POD MI has 1 answer about each, by reply

  Scenario: As a file to upload
    Given the OCMW is on lists
    And the half-yearly list of October 2026 names 2 knipperlichten and takes no reply
    And Els has answered both
    When the list is made ready to upload, and Els uploads it
    Then POD MI has 1 answer about each, by upload

  Scenario: What is missing is said before anything goes back
    Given the OCMW is on lists
    And the half-yearly list of October 2026 names 2 knipperlichten
    And Els has answered one of them
    When the list is checked
    Then 1 row is said to be missing

  Scenario: Never back twice
    Given the OCMW is on lists
    And the half-yearly list of October 2026 names 2 knipperlichten
    And Els has answered both
    When the list goes back
    And the list goes back
    Then POD MI has 1 answer about each, by reply

  Scenario: The next half-yearly list settles it
    Given the OCMW is on lists
    And the half-yearly list of October 2026 names 2 knipperlichten
    And Els has answered both
    When the list goes back
    And POD MI's calendar says 4 March 2027
    And POD MI puts the half-yearly list of March 2027 in the e-Box
    Then the return is settled
