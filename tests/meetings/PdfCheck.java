import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.xml.parsers.DocumentBuilderFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.ErrorArgument;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.Reference;
import org.verapdf.pdfa.validation.profiles.Rule;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;
import org.verapdf.pdfa.validation.profiles.Variable;
import org.verapdf.pdfa.validation.validators.ValidatorFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Validates PDF files by the rules of veraPDF: PdfCheck FLAVOUR[,FLAVOUR], and a file on each line that it reads.
 *
 * One line for each flavour, "PASS" or "FAIL" and the rules that failed, and an empty one after each file. The rule profiles are read with
 * plain DOM, because the jar that carries them has no JAXB.
 */
public class PdfCheck {
  static List<Element> children(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (name.equals(node.getNodeName())) {
        found.add((Element) node);
      }
    }
    return found;
  }

  static Element child(Element parent, String name) {
    return children(parent, name).get(0);
  }

  static String text(Element parent, String name) {
    List<Element> found = children(parent, name);
    return found.isEmpty() ? null : found.get(0).getTextContent().trim();
  }

  static Rule rule(Element source) {
    Element id = child(source, "id");
    List<ErrorArgument> arguments = new ArrayList<>();
    List<Reference> references = new ArrayList<>();
    return Profiles.ruleFromValues(
        Profiles.ruleIdFromValues(
            PDFAFlavour.Specification.valueOf(id.getAttribute("specification")),
            id.getAttribute("clause"),
            Integer.parseInt(id.getAttribute("testNumber"))),
        source.getAttribute("object"),
        "true".equals(source.getAttribute("deferred")) ? Boolean.TRUE : null,
        source.getAttribute("tags"),
        text(source, "description"),
        text(source, "test"),
        Profiles.errorFromValues(text(child(source, "error"), "message"), arguments),
        references);
  }

  static ValidationProfile profile(String name, PDFAFlavour flavour) throws Exception {
    String file = name.startsWith("ua") ? "PDFUA-" + name.substring(2) : "PDFA-" + name.toUpperCase();
    Element root;
    try (InputStream in =
        PDFAFlavour.class.getClassLoader().getResourceAsStream("org/verapdf/pdfa/validation/" + file + ".xml")) {
      root = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(in).getDocumentElement();
    }
    Set<Rule> rules = new HashSet<>();
    for (Element source : children(child(root, "rules"), "rule")) {
      rules.add(rule(source));
    }
    Set<Variable> variables = new HashSet<>();
    for (Element source : children(child(root, "variables"), "variable")) {
      variables.add(
          Profiles.variableFromValues(
              source.getAttribute("name"),
              source.getAttribute("object"),
              text(source, "defaultValue"),
              text(source, "value")));
    }
    return Profiles.profileFromValues(
        flavour, Profiles.profileDetailsFromValues(flavour.getId(), "", "veraPDF", new Date()), "", rules, variables);
  }

  static void check(ValidationProfile profile, PDFAFlavour flavour, File file) throws Exception {
    try (FileInputStream in = new FileInputStream(file);
        PDFAParser parser = Foundries.defaultInstance().createParser(in, flavour);
        PDFAValidator validator = ValidatorFactory.createValidator(profile, true)) {
      ValidationResult result = validator.validate(parser);
      Set<String> failed = new TreeSet<>();
      for (TestAssertion assertion : result.getTestAssertions()) {
        if (assertion.getStatus() == TestAssertion.Status.FAILED) {
          failed.add(assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber()
              + " " + assertion.getMessage());
        }
      }
      System.out.println(
          (result.isCompliant() ? "PASS " : "FAIL ") + flavour.getId() + " " + file.getName()
              + " checks=" + result.getTotalAssertions() + " " + String.join("; ", failed));
    }
  }

  public static void main(String[] args) throws Exception {
    Logger.getLogger("").setLevel(Level.OFF);
    VeraGreenfieldFoundryProvider.initialise();
    Map<PDFAFlavour, ValidationProfile> profiles = new LinkedHashMap<>();
    for (String name : args[0].split(",")) {
      PDFAFlavour flavour = PDFAFlavour.fromString(name);
      profiles.put(flavour, profile(name, flavour));
    }
    BufferedReader asked = new BufferedReader(new InputStreamReader(System.in));
    for (String file = asked.readLine(); file != null; file = asked.readLine()) {
      for (Map.Entry<PDFAFlavour, ValidationProfile> entry : profiles.entrySet()) {
        check(entry.getValue(), entry.getKey(), new File(file));
      }
      System.out.println();
    }
  }
}
