import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.List;
import software.amazon.event.ruler.GenericMachine;

/** event-ruler under compare.py; the lines are those of engine_main.cc. */
final class EventRuler {
  public static void main(String[] arguments) throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    List<String> events = Files.readAllLines(Paths.get(arguments[0]), StandardCharsets.UTF_8);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    GenericMachine<Integer> machine = GenericMachine.<Integer>builder().build();
    int rules = 0;
    for (String line; (line = in.readLine()) != null; ) {
      JsonNode request = mapper.readTree(line);
      ObjectNode answer = mapper.createObjectNode();
      if (request.has("rules")) {
        machine = GenericMachine.<Integer>builder().build();
        rules = 0;
        try {
          for (JsonNode pattern : request.get("rules")) {
            machine.addRule(rules++, pattern.toString());
          }
          answer.put("bytes", 0);
        } catch (Exception refused) {
          answer.put("refused", refused.getMessage());
        }
      } else {
        long[] matches = new long[rules];
        long begin = System.nanoTime();
        for (String event : events) {
          for (int rule : machine.rulesForJSONEvent(event)) {
            ++matches[rule];
          }
        }
        answer.put("seconds", (System.nanoTime() - begin) / 1e9);
        for (long count : matches) {
          answer.withArray("/matches").add(count);
        }
      }
      System.out.println(mapper.writeValueAsString(answer));
    }
  }
}
