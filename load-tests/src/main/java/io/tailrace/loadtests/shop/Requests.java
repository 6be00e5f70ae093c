package io.tailrace.loadtests.shop;

import java.util.random.RandomGenerator;

/** Plans requests of the shop with realistic shares. */
final class Requests {
  private static final int DEEP_HOPS = 15; // a client and a server span each: depth 30
  private static final int WIDE_MIN = 100;
  private static final int WIDE_SPREAD = 60;

  private final RandomGenerator random;

  Requests(RandomGenerator random) {
    this.random = random;
  }

  /** Creates the root of a new trace. */
  Call next() {
    Calls calls = new Calls(Customer.random(random));
    double share = random.nextDouble();
    if (share < 0.27) {
      return home(calls);
    }
    if (share < 0.57) {
      return product(calls);
    }
    if (share < 0.73) {
      return search(calls);
    }
    if (share < 0.86) {
      return addToCart(calls);
    }
    if (share < 0.945) {
      return checkout(calls);
    }
    if (share < 0.99) {
      return calls.server(Service.FRONTEND, "GET", "/healthz", 0.5);
    }
    return share < 0.996 ? categories(calls) : dispatch(calls);
  }

  private Call home(Calls calls) {
    Call root = calls.server(Service.FRONTEND, "GET", "/", 8);
    root.childrenInParallel = true;
    session(calls, root);
    Call recommendation = calls.http(root, Service.RECOMMENDATION, "GET", "/recommendations", 6);
    Call products = calls.http(recommendation, Service.CATALOGUE, "GET", "/products", 4);
    calls.database(products, "postgresql", "SELECT", "products", 5);
    Call cart = calls.http(root, Service.CART, "GET", "/carts/{id}", 2);
    calls.database(cart, "redis", "HGETALL", "carts", 1);
    return root;
  }

  private Call product(Calls calls) {
    Call root = calls.server(Service.FRONTEND, "GET", "/products/{id}", 6);
    Call product = calls.http(root, Service.CATALOGUE, "GET", "/products/{id}", 3);
    calls.database(product, "postgresql", "SELECT", "products", 4);
    price(calls, root);
    Call stock = calls.http(root, Service.INVENTORY, "GET", "/stock/{sku}", 2);
    calls.database(stock, "postgresql", "SELECT", "stock", 3);
    if (random.nextBoolean()) {
      Call similar = calls.http(root, Service.RECOMMENDATION, "GET", "/similar/{id}", 9);
      calls.internal(similar, "rank candidates", 6);
    }
    return root;
  }

  private Call search(Calls calls) {
    Call root = calls.server(Service.FRONTEND, "GET", "/search", 5);
    Call search = calls.http(root, Service.SEARCH, "GET", "/search", 7);
    calls.internal(search, "parse query", 1);
    calls.database(search, "elasticsearch", "search", "products", 18);
    Call products = calls.http(search, Service.CATALOGUE, "POST", "/products:batch", 5);
    calls.database(products, "postgresql", "SELECT", "products", 8);
    if (random.nextBoolean()) {
      session(calls, root);
    }
    return root;
  }

  private Call addToCart(Calls calls) {
    Call root = calls.server(Service.FRONTEND, "POST", "/cart/items", 5);
    session(calls, root);
    Call cart = calls.http(root, Service.CART, "POST", "/carts/{id}/items", 4);
    Call stock = calls.http(cart, Service.INVENTORY, "GET", "/stock/{sku}", 3);
    calls.database(stock, "postgresql", "SELECT", "stock", 3);
    price(calls, cart);
    calls.database(cart, "redis", "HSET", "carts", 1);
    return root;
  }

  private Call checkout(Calls calls) {
    Call root = calls.server(Service.FRONTEND, "POST", "/checkout", 10);
    Call checkout = calls.http(root, Service.CHECKOUT, "POST", "/orders", 15);
    Call cart = calls.http(checkout, Service.CART, "GET", "/carts/{id}", 3);
    calls.database(cart, "redis", "HGETALL", "carts", 1);
    Call reservation = calls.http(checkout, Service.INVENTORY, "POST", "/reservations", 5);
    calls.database(reservation, "postgresql", "UPDATE", "stock", 6);
    Call payment = calls.http(checkout, Service.PAYMENT, "POST", "/charges", 12);
    calls.internal(payment, "score fraud", 9);
    calls.httpClient(payment, "api.psp.example", "POST", "/v1/charges");
    calls.database(payment, "postgresql", "INSERT", "charges", 4);
    calls.database(checkout, "postgresql", "INSERT", "orders", 5);
    Call order = calls.publish(checkout, Calls.ORDERS);
    Call mail = calls.consume(order, Service.EMAIL, Calls.ORDERS, 8);
    calls.httpClient(mail, "smtp.example", "POST", "/messages");
    Call shipment = calls.consume(order, Service.SHIPPING, Calls.ORDERS, 6);
    calls.database(shipment, "postgresql", "INSERT", "shipments", 5);
    return root;
  }

  /** Creates a deep trace: categories and pricing rules call each other. */
  private Call categories(Calls calls) {
    Call root = calls.server(Service.FRONTEND, "GET", "/categories/{path}", 4);
    Call above = root;
    for (int hop = 0; hop < DEEP_HOPS; hop++) {
      above =
          hop % 2 == 0
              ? calls.http(above, Service.CATALOGUE, "GET", "/categories/{id}", 2)
              : calls.http(above, Service.PRICING, "GET", "/rules/{category}", 2);
    }
    return root;
  }

  /** Creates a wide trace: the warehouse ships recent orders one by one. */
  private Call dispatch(Calls calls) {
    Call root = calls.receiveBatch(Service.SHIPPING, Calls.ORDERS);
    int orders = WIDE_MIN + random.nextInt(WIDE_SPREAD);
    for (int order = 0; order < orders; order++) {
      calls.database(root, "postgresql", "UPDATE", "shipments", 3);
    }
    Call release = calls.http(root, Service.INVENTORY, "POST", "/reservations:release", 6);
    calls.database(release, "postgresql", "DELETE", "reservations", 5);
    return root;
  }

  private static void session(Calls calls, Call caller) {
    Call account = calls.http(caller, Service.ACCOUNT, "GET", "/sessions/{id}", 2);
    calls.database(account, "redis", "GET", "sessions", 1);
  }

  private static void price(Calls calls, Call caller) {
    Call price = calls.http(caller, Service.PRICING, "GET", "/prices/{sku}", 2);
    calls.database(price, "redis", "GET", "prices", 1);
  }
}
