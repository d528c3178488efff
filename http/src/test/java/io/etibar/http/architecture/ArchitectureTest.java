package io.etibar.http.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;

/** The arrows between modules and packages, each with its reason. */
@AnalyzeClasses(packages = "io.etibar", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String CORE = "io.etibar.core..";
  private static final String PERSISTENCE = "io.etibar.persistence..";
  private static final String ETHEREUM = "io.etibar.ethereum..";
  private static final String CLUSTER = "io.etibar.cluster..";
  private static final String HTTP = "io.etibar.http..";

  /**
   * Those packages of the edge that assemble a whole: the root with Main and Wiring, the
   * demonstration, the benchmark.
   */
  private static final String[] ASSEMBLY = {
    "io.etibar.http", "io.etibar.http.demo..", "io.etibar.http.bench.."
  };

  private static final List<String> FEATURES = List.of("participant", "biller", "bill", "payment");

  @ArchTest
  static final ArchRule coreDependsOnNothingOfOurs =
      noClasses()
          .that()
          .resideInAPackage(CORE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(PERSISTENCE, ETHEREUM, CLUSTER, HTTP)
          .because("the domain is read, tested and replayed without any technique around it");

  @ArchTest
  static final ArchRule coreHasNoInputOrOutput =
      noClasses()
          .that()
          .resideInAPackage(CORE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "java.sql..",
              "java.net.http..",
              "java.nio.file..",
              "akka.http..",
              "com.zaxxer..",
              "org.postgresql..")
          .because(
              "what an entity decides depends on its state, its command and the clock that it is"
                  + " given, on nothing else");

  @ArchTest
  static final ArchRule persistenceKnowsTheCoreAlone =
      noClasses()
          .that()
          .resideInAPackage(PERSISTENCE)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ETHEREUM, CLUSTER, HTTP)
          .because("the store serves whatever edge and whatever cluster there is");

  @ArchTest
  static final ArchRule ethereumKnowsTheCoreAlone =
      noClasses()
          .that()
          .resideInAPackage(ETHEREUM)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(PERSISTENCE, CLUSTER, HTTP)
          .because(
              "the chain is behind a port of the core, so that another chain can take its place");

  @ArchTest
  static final ArchRule clusterKnowsNothingOfOurs =
      noClasses()
          .that()
          .resideInAPackage(CLUSTER)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(CORE, PERSISTENCE, ETHEREUM, HTTP)
          .because("how nodes find one another has nothing to do with what they do");

  @ArchTest
  static final ArchRule routesSeePortsOnly =
      noClasses()
          .that(
              resideInAnyPackage(HTTP)
                  .and(
                      com.tngtech.archunit.base.DescribedPredicate.not(
                          resideInAnyPackage(ASSEMBLY))))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(PERSISTENCE, ETHEREUM)
          .because(
              "a route that reaches for a table goes past the rules of the domain; only Main and"
                  + " Wiring join the two");

  @ArchTest
  static final ArchRule nothingReachesBackIntoTheAssembly =
      noClasses()
          .that(
              resideInAnyPackage(HTTP)
                  .and(
                      com.tngtech.archunit.base.DescribedPredicate.not(
                          resideInAnyPackage(ASSEMBLY))))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ASSEMBLY)
          .because("routes are given what they need, so that a test can give them something else");

  @ArchTest
  static final ArchRule aFeaturesRoutesStandAlone =
      slices()
          .matching("io.etibar.http.(" + String.join("|", FEATURES) + ")..")
          .should()
          .notDependOnEachOther()
          .because(
              "a route that calls another feature's route hides a rule that belongs into the core");

  @ArchTest
  static final ArchRule packagesOfTheCoreAreAcyclic =
      slices()
          .matching("io.etibar.core.(*)..")
          .should()
          .beFreeOfCycles()
          .because("a cycle of packages is one package that nobody can read in parts");

  @ArchTest
  static final ArchRule packagesOfPersistenceAreAcyclic =
      slices()
          .matching("io.etibar.persistence.(*)..")
          .should()
          .beFreeOfCycles()
          .because("a cycle of packages is one package that nobody can read in parts");

  @ArchTest
  static final ArchRule packagesOfTheEdgeAreAcyclic =
      slices()
          .matching("io.etibar.http.(*)..")
          .should()
          .beFreeOfCycles()
          .because("a cycle of packages is one package that nobody can read in parts");

  @ArchTest
  static final ArchRule nothingIsJavaSerialized =
      noClasses()
          .that()
          .resideInAPackage("io.etibar..")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.io.ObjectOutputStream")
          .orShould()
          .dependOnClassesThat()
          .haveFullyQualifiedName("java.io.ObjectInputStream")
          .because("it is opaque, and a way in for attackers");

  @ArchTest
  static final ArchRule theClockIsGiven =
      noClasses()
          .that()
          .resideInAPackage(CORE)
          .should()
          .callMethod(java.time.Instant.class, "now")
          .orShould()
          .callMethod(java.time.LocalDate.class, "now")
          .orShould()
          .callMethod(System.class, "currentTimeMillis")
          .because("replaying the journal has to give the state that was, not one of today");

  @ArchTest
  static final ArchRule aPackageSaysWhatItIsFor =
      classes()
          .that()
          .haveSimpleName("package-info")
          .should()
          .beAnnotatedWith(org.jspecify.annotations.NullMarked.class)
          .because("null is an exception that is written down, not the rule");
}
