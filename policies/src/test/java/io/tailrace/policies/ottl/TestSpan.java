package io.tailrace.policies.ottl;

import io.tailrace.policies.span.AttributesView;
import io.tailrace.policies.span.EventView;
import io.tailrace.policies.span.ResourceView;
import io.tailrace.policies.span.ScopeView;
import io.tailrace.policies.span.SpanView;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A span in memory, as a test sets its fields; an accessor that fails can be put over one. */
public class TestSpan implements SpanView {
  public String traceId = "0102030405060708090a0b0c0d0e0f10";
  public String spanId = "1112131415161718";
  public String parentSpanId = "";
  public String traceState = "";
  public String name = "op";
  public int kind;
  public long start;
  public long end;
  public int statusCode;
  public String statusMessage = "";
  public long flags;
  public long dropped;
  public long droppedEvents;
  public int links;
  public long droppedLinks;
  public final Map<String, Object> attributes = new LinkedHashMap<>();
  public final Map<String, Object> scopeAttributes = new LinkedHashMap<>();
  public final Map<String, Object> resourceAttributes = new LinkedHashMap<>();
  public final List<Event> events = new ArrayList<>();

  public record Event(String name, long timeUnixNano, Map<String, Object> map)
      implements EventView {
    @Override
    public AttributesView attributes() {
      return new Attributes(map);
    }

    @Override
    public long droppedAttributesCount() {
      return 5;
    }
  }

  private record Attributes(Map<String, Object> toMap) implements AttributesView {
    @Override
    public Object get(String key) {
      return toMap.get(key);
    }
  }

  @Override
  public byte[] traceId() {
    return HexFormat.of().parseHex(traceId);
  }

  @Override
  public byte[] spanId() {
    return HexFormat.of().parseHex(spanId);
  }

  @Override
  public byte[] parentSpanId() {
    return HexFormat.of().parseHex(parentSpanId);
  }

  @Override
  public String traceState() {
    return traceState;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int kind() {
    return kind;
  }

  @Override
  public long startUnixNano() {
    return start;
  }

  @Override
  public long endUnixNano() {
    return end;
  }

  @Override
  public int statusCode() {
    return statusCode;
  }

  @Override
  public String statusMessage() {
    return statusMessage;
  }

  @Override
  public long flags() {
    return flags;
  }

  @Override
  public AttributesView attributes() {
    return new Attributes(attributes);
  }

  @Override
  public long droppedAttributesCount() {
    return dropped;
  }

  @Override
  public int eventCount() {
    return events.size();
  }

  @Override
  public EventView event(int index) {
    return events.get(index);
  }

  @Override
  public long droppedEventsCount() {
    return droppedEvents;
  }

  @Override
  public int linkCount() {
    return links;
  }

  @Override
  public long droppedLinksCount() {
    return droppedLinks;
  }

  @Override
  public ScopeView scope() {
    return new ScopeView() {
      @Override
      public String name() {
        return "io.example.http";
      }

      @Override
      public String version() {
        return "1.2.3";
      }

      @Override
      public AttributesView attributes() {
        return new Attributes(scopeAttributes);
      }

      @Override
      public long droppedAttributesCount() {
        return 3;
      }

      @Override
      public String schemaUrl() {
        return "https://example.com/scope";
      }
    };
  }

  @Override
  public ResourceView resource() {
    return new ResourceView() {
      @Override
      public AttributesView attributes() {
        return new Attributes(resourceAttributes);
      }

      @Override
      public long droppedAttributesCount() {
        return 4;
      }

      @Override
      public String schemaUrl() {
        return "https://example.com/resource";
      }
    };
  }
}
