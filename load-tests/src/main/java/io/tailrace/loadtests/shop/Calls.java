package io.tailrace.loadtests.shop;

import io.opentelemetry.api.trace.SpanKind;

/** Kinds of calls in the shop with their instrumentation attributes. */
final class Calls {
  static final String ORDERS = "orders";

  private final Customer customer;

  Calls(Customer customer) {
    this.customer = customer;
  }

  Call server(Service service, String method, String route, double medianMillis) {
    Call server = new Call(service, method + " " + route, SpanKind.SERVER, medianMillis);
    server
        .attributes
        .put(Conventions.HTTP_METHOD, method)
        .put(Conventions.HTTP_ROUTE, route)
        .put(Conventions.URL_SCHEME, "http")
        .put(Conventions.URL_PATH, route)
        .put(Conventions.HTTP_STATUS, 200L);
    return forCustomer(server);
  }

  /** Adds a client span and its server span, and returns the server span. */
  Call http(Call caller, Service callee, String method, String route, double medianMillis) {
    return httpClient(caller, callee.host(), method, route)
        .add(server(callee, method, route, medianMillis));
  }

  /** Adds a call to an external system without spans. */
  Call httpClient(Call caller, String host, String method, String route) {
    Call client = new Call(caller.service, method + " " + route, SpanKind.CLIENT, 1);
    client
        .attributes
        .put(Conventions.HTTP_METHOD, method)
        .put(Conventions.URL_FULL, "http://" + host + ":8080" + route)
        .put(Conventions.SERVER_ADDRESS, host)
        .put(Conventions.SERVER_PORT, 8080L)
        .put(Conventions.HTTP_STATUS, 200L);
    return caller.add(client);
  }

  Call database(Call caller, String system, String operation, String collection, double millis) {
    Call query = new Call(caller.service, operation + " " + collection, SpanKind.CLIENT, millis);
    query
        .attributes
        .put(Conventions.DB_SYSTEM, system)
        .put(Conventions.DB_OPERATION, operation)
        .put(Conventions.DB_COLLECTION, collection)
        .put(Conventions.SERVER_ADDRESS, system + "." + caller.service.host());
    return caller.add(query);
  }

  Call internal(Call caller, String name, double medianMillis) {
    return caller.add(new Call(caller.service, name, SpanKind.INTERNAL, medianMillis));
  }

  Call publish(Call caller, String destination) {
    Call send = new Call(caller.service, "send " + destination, SpanKind.PRODUCER, 2);
    return caller.add(messaging(send, "send", destination));
  }

  Call consume(Call producer, Service consumer, String destination, double medianMillis) {
    Call process = new Call(consumer, "process " + destination, SpanKind.CONSUMER, medianMillis);
    process.asynchronous = true;
    return producer.add(forCustomer(messaging(process, "process", destination)));
  }

  /** Creates the root of a batch job that processes many earlier messages. */
  Call receiveBatch(Service consumer, String destination) {
    Call receive = new Call(consumer, "receive " + destination, SpanKind.CONSUMER, 5);
    receive.linkedToRecentMessages = true;
    return messaging(receive, "receive", destination);
  }

  private Call forCustomer(Call call) {
    call.attributes
        .put(Conventions.CUSTOMER_TIER, customer.tier())
        .put(Conventions.CUSTOMER_STAFF, customer.staff())
        .put(Conventions.TENANT, customer.tenant());
    return call;
  }

  private static Call messaging(Call call, String operation, String destination) {
    call.attributes
        .put(Conventions.MESSAGING_SYSTEM, "kafka")
        .put(Conventions.MESSAGING_OPERATION, operation)
        .put(Conventions.MESSAGING_DESTINATION, destination);
    return call;
  }
}
