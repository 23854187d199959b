// SPDX-License-Identifier: Apache-2.0
#include "tests/sandbox/content/families.h"

#include <array>

namespace semafoor::sandbox::content {
namespace {

constexpr std::array<Family, 13> kFamilies{{
    {"X-DECLARATION-COPY",
     {"Kopie van een aangifte", "Copie d'une déclaration", "Kopie einer Meldung"},
     Sender::nsso,
     6},
    {"X-QUERY-ANSWER",
     {"Antwoord op een vraag", "Réponse à une question", "Antwort auf eine Anfrage"},
     Sender::nsso,
     6},
    {"X-CORRECTION", {"Verbetering", "Correction", "Berichtigung"}, Sender::nsso, 6},
    {"X-MONTHLY-STATEMENT-LEEFLOON",
     {"Maandstaat leefloon", "État mensuel revenu d'intégration",
      "Monatsaufstellung Eingliederungseinkommen"},
     Sender::podmi,
     12},
    {"X-MONTHLY-STATEMENT-EQUIVALENT-LEEFLOON",
     {"Maandstaat equivalent leefloon", "État mensuel équivalent du revenu d'intégration",
      "Monatsaufstellung gleichgestelltes Eingliederungseinkommen"},
     Sender::podmi,
     12},
    {"X-MONTHLY-STATEMENT-EMPLOYMENT",
     {"Maandstaat tewerkstellingsmaatregelen", "État mensuel mesures de mise à l'emploi",
      "Monatsaufstellung Beschäftigungsmaßnahmen"},
     Sender::regional,
     12},
    {"X-YEARLY-OVERVIEW", {"Jaaroverzicht", "Aperçu annuel", "Jahresübersicht"}, Sender::podmi, 24},
    {"X-FORMS-IN-RECEPTION",
     {"Overzicht van formulieren in ontvangst", "Aperçu des formulaires en réception",
      "Übersicht der Formulare im Eingang"},
     Sender::podmi,
     3},
    {"X-FORMS-BLOCKED",
     {"Geblokkeerde en gedeblokkeerde formulieren", "Formulaires bloqués et débloqués",
      "Gesperrte und entsperrte Formulare"},
     Sender::podmi,
     3},
    {"X-OVERLAPPING", {"Overlapping", "Chevauchement", "Überschneidung"}, Sender::podmi, 6},
    {"X-STATUS-CHANGE",
     {"Wijziging van statuut", "Changement de statut", "Änderung des Status"},
     Sender::podmi,
     3},
    {"X-KNIPPERLICHT-MONTHLY-LIST",
     {"Knipperlichten: maandlijst", "Clignotants: liste mensuelle", "Warnsignale: Monatsliste"},
     Sender::podmi,
     12},
    {"X-KNIPPERLICHT-HALF-YEARLY-LIST",
     {"Knipperlichten: halfjaarlijkse lijst", "Clignotants: liste semestrielle",
      "Warnsignale: Halbjahresliste"},
     Sender::podmi,
     12},
}};

// The numbers are content::invented_cbe(900001..900003); a test holds them to it.
constexpr std::array<SenderOrganisation, 3> kOrganisations{{
    {"0190000135",
     {"Voorbeeld-POD MI", "SPP IS d'exemple", "Muster-ÖPD SI"},
     {"Voorbeelddienst Maatschappelijke Integratie", "Service d'exemple Intégration sociale",
      "Musterdienst Soziale Eingliederung"}},
    {"0190000234",
     {"Voorbeeld-RSZ", "ONSS d'exemple", "Muster-LSS"},
     {"Voorbeelddienst Sociale Zekerheid", "Office d'exemple de sécurité sociale",
      "Musteramt für Soziale Sicherheit"}},
    {"0190000333",
     {"Voorbeeldgewest Werk", "Région d'exemple Emploi", "Musterregion Arbeit"},
     {"Voorbeelddienst tewerkstelling van het gewest", "Service d'exemple régional de l'emploi",
      "Regionaler Musterdienst für Beschäftigung"}},
}};

constexpr std::array<SenderApplication, 3> kApplications{{
    {"X-APP-PODMI",
     {"Lijsten voor het OCMW", "Listes pour le CPAS", "Listen für das ÖSHZ"},
     "0190000135"},
    {"X-APP-NSSO", {"Aangiften", "Déclarations", "Meldungen"}, "0190000234"},
    {"X-APP-REGION", {"Tewerkstelling", "Emploi", "Beschäftigung"}, "0190000333"},
}};

}  // namespace

std::span<const Family> families() {
  return kFamilies;
}

const Family* find_family(std::string_view type_id) {
  for (const auto& family : kFamilies) {
    if (family.type_id == type_id) return &family;
  }
  return nullptr;
}

std::span<const SenderOrganisation> sender_organisations() {
  return kOrganisations;
}
std::span<const SenderApplication> sender_applications() {
  return kApplications;
}

const SenderApplication& application_of(Sender sender) {
  switch (sender) {
    case Sender::podmi:
      return kApplications[0];
    case Sender::nsso:
      return kApplications[1];
    case Sender::regional:
      return kApplications[2];
  }
  return kApplications[0];
}

}  // namespace semafoor::sandbox::content
