// The year in figures and bars, fresh whenever the books change.

import { api, on } from "./00-core.js";

const section = document.getElementById("stats");

async function show(books) {
  const stats = await api("GET", "/api/stats");
  section.hidden = books.length === 0 && stats.pages === 0;
  document.getElementById("stats-title").textContent = `Your ${stats.year}`;
  for (const name of ["finished", "pages", "streak"]) {
    document.getElementById(`stats-${name}`).textContent = stats[name].toLocaleString("en");
  }
  document.getElementById("stats-chart").innerHTML = stats.chart;
}

on("books", show);
